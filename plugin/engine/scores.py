"""The scores of RFM of every customer at a moment, for those who want to see the numbers behind a rule."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine import cutoffs
from plugin.engine.asked import Asked
from plugin.engine.operands import Numeric, Textual
from plugin.engine.people import PeoplePlace
from plugin.engine.plan import Plan
from plugin.engine.reading import read
from plugin.rules.segment import rules_of
from plugin.rules.tree import IsNull, RelativeDay, Rfm, Rule, Score
from plugin.rules.walk import walk


class Scored(NamedTuple):
    """A customer and their scores over a window; None outside the population, or not knowable."""

    customer_id: CustomerId
    window: RelativeDay | None
    scores: dict[Score, Any]


def windows(plan: Plan) -> list[RelativeDay | None]:
    """The windows over which the plan's rules ask for scores, None for the lifetime; empty where none does."""
    rules = (rule for segment in plan.segments for _, rule in rules_of(segment.definition))
    return list(dict.fromkeys(node.window for rule in rules for node in walk(rule) if isinstance(node, Rfm)))


def scores(tx: Transaction, plan: Plan, at: datetime, over: Sequence[RelativeDay | None]) -> Iterator[Scored]:
    """Everyone's scores over each window at the moment; what they need to know of the store is computed for it."""
    asked = [Rfm(score, window) for window in over for score in Score]
    about: list[Rule] = [IsNull(value) for value in asked]
    cutoffs.compute(tx, plan.asking(about), at)

    def told(place: PeoplePlace) -> str:
        return f"jsonb_build_array({', '.join(_told(place, value) for value in asked)})::text"

    for row in read(tx, plan, about, told, Asked.everyone(at)):
        if row.text is None:
            continue
        found = dict(zip(asked, json.loads(row.text), strict=True))
        for window in over:
            yield Scored(row.customer_id, window, {score: found[Rfm(score, window)] for score in Score})


def _told(place: PeoplePlace, value: Rfm) -> str:
    operand = place.operand(value)
    if not isinstance(operand, (Numeric, Textual)):
        raise TypeError(f"a score is a number or a name, not {operand!r}")
    sql = f"({operand.top})::int" if isinstance(operand, Numeric) else operand.sql
    return f"CASE WHEN {operand.known} THEN {sql} END" if operand.known else f"{sql}"
