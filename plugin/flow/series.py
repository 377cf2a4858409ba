"""series: how large a segment, or a draft of one, was on each of the last weeks. Nothing is stored."""

import time
from collections.abc import Mapping
from typing import Any

import psycopg

from plugin.db import segments, stores
from plugin.db.segments import Segment
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId, StoreId
from plugin.engine.series import Size, Step, points_until
from plugin.engine.series import series as ask
from plugin.flow.check import check
from plugin.flow.count import TooSlow, a_draft
from plugin.flow.drafted import drafted
from plugin.flow.house import House

POINTS = 53
"""A year of weeks, both ends included."""
MOST = 400
SECONDS = 60.0
"""A person looks at the page meanwhile; what takes longer is stopped."""


def series(
    house: House, store_id: StoreId, segment_id: SegmentId, points: int = POINTS, step: Step = Step.WEEK
) -> list[Size]:
    """The segment at its newest version, the present last. Raises NotFound, TooSlow."""
    try:
        with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
            tx.limit(SECONDS)
            return _asked(house, tx, segments.get(tx, segment_id), points, step)
    except psycopg.errors.QueryCanceled as error:
        raise TooSlow from error


def series_of_draft(
    house: House,
    store_id: StoreId,
    definition: Mapping[str, Any],
    name: str = "",
    segment_id: SegmentId | None = None,
    points: int = POINTS,
    step: Step = Step.WEEK,
) -> list[Size]:
    """The same of what is being written. Raises RuleError, TooSlow."""
    try:
        with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
            tx.limit(SECONDS)
            meant = check(tx, definition, name, segment_id=segment_id).definition
            return _asked(house, tx, a_draft(tx, meant, name, segment_id), points, step)
    except psycopg.errors.QueryCanceled as error:
        raise TooSlow from error


def _asked(house: House, tx: Transaction, segment: Segment, points: int, step: Step) -> list[Size]:
    plan, until = drafted(tx, stores.get(tx), segment).plan, time.monotonic() + SECONDS
    moments = points_until(tx, plan, tx.value("SELECT now()"), points, step)

    def hurry() -> None:
        if time.monotonic() > until:
            raise TooSlow

    return ask(tx, plan, segment.id, moments, house.database, hurry)
