"""Values of customers as a statement tells them: for cutoffs, explanations and scores."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine.asked import Asked
from plugin.engine.decide import in_parts
from plugin.engine.execute import answers
from plugin.engine.hands import ranges
from plugin.engine.people import PeoplePlace
from plugin.engine.plan import Plan
from plugin.engine.statement import compile_values
from plugin.rules.tree import Rule


class Told(NamedTuple):
    """One asked row; ``text`` is None for a customer who did not exist yet."""

    customer_id: CustomerId
    as_of: datetime
    text: str | None


def read(
    tx: Transaction, plan: Plan, about: Sequence[Rule], told: Callable[[PeoplePlace], str], asked: Asked
) -> Iterator[Told]:
    """What ``told`` writes for each asked row, as SQL for a text.

    ``about``: rules over the same values, so that the segments they read are there.
    """
    asking = plan.asking(about)
    keys = [segment.id for segment in asking.segments]
    statement = compile_values(asking.units, keys, asking.around, told)
    for some in ranges(tx, asked) if asked.is_everyone else [asked]:
        for part, _ in in_parts(tx, asking, some):
            for answer in answers(tx, statement, part, plan.store.id):
                yield Told(answer.customer_id, answer.as_of, answer.states)
