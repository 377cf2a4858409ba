"""Where a customer stands in a ranking: the place, how many there are, and what must be reached."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from plugin.db.cutoffs import latest
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine import cutoffs
from plugin.engine.limits import Kind, Limit
from plugin.engine.plan import Plan
from plugin.engine.relative import banded, limit_of
from plugin.rules.fields import Type
from plugin.rules.print import print_value
from plugin.rules.scope import CustomerScope
from plugin.rules.tree import Banded, DaysSince, Ranked, Rfm, Score
from plugin.rules.typed import type_of

SCORES = (Score.RECENCY, Score.FREQUENCY, Score.MONETARY)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def standing(
    tx: Transaction, plan: Plan, asked: Ranked | Banded | Rfm, customer_id: CustomerId, at: datetime
) -> dict[str, Any]:
    """``place`` (None outside the population) ``of`` so many, as the facts of the moment say; ``cut`` or ``cuts``
    and ``since`` when they stand, as they were last computed. A group of RFM tells of its three scores."""
    grouped = isinstance(asked, Rfm) and asked.score is Score.GROUP
    several = [Rfm(score, asked.window) for score in SCORES] if isinstance(asked, Rfm) and grouped else [asked]
    limits = [limit_of(banded(one) if isinstance(one, Rfm) else one) for one in several]
    places = cutoffs.places(tx, plan, limits, customer_id, at)
    told = [_told(tx, limit, place, of, at) for limit, (place, of) in zip(limits, places, strict=True)]
    return {str(score): each for score, each in zip(SCORES, told, strict=True)} if grouped else told[0]


def _told(tx: Transaction, limit: Limit, place: int | None, of: int, at: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {"by": print_value(limit.by), "place": place, "of": of}
    kept = latest(tx, limit.key, at)
    if kept is None:
        return told
    cuts = [_said(limit, number) for number in kept.cuts if number is not None]
    told |= {"cuts": cuts} if limit.kind is Kind.BANDS else {"cut": cuts[0] if cuts else None}
    return told | {"since": kept.at.isoformat()}


def _said(limit: Limit, number: Decimal) -> str | None:
    """The number as the value is shown; None where everyone reaches it."""
    if not number.is_finite():
        return None
    if isinstance(limit.by, DaysSince):
        number = -number
    if isinstance(limit.by, DaysSince) or type_of(limit.by, CustomerScope()) is Type.DATE:
        return (EPOCH + timedelta(microseconds=int(number))).isoformat()
    return f"{number.normalize():f}"
