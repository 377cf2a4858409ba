"""export: what is held about a customer, as a file the merchant can send to them."""

from itertools import zip_longest
from typing import Any

from plugin.db import customers, memberships, merging, personal, segments, stores
from plugin.db.segments import Segment
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound, RegularsError
from plugin.domain.ids import CustomerId, StoreId
from plugin.engine.explain import Explanation
from plugin.engine.parts import Part
from plugin.engine.series import Passage
from plugin.flow.house import House
from plugin.flow.passages import passages
from plugin.flow.why import why
from plugin.rules import schema
from plugin.rules.describe import describe, describe_definition
from plugin.rules.parse import parse
from plugin.rules.speak import Speaker

MOST_LOGGED = 10_000
ANSWERS = {"in": "yes", "out": "no", "undecided": "not known"}


def export(house: House, store_id: StoreId, customer_id: CustomerId) -> dict[str, Any]:
    """The facts, and each segment with its rule, when the customer entered and left it, and why they are in it
    or not. Of somebody whose records were merged, of all their records. Raises NotFound."""
    with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
        store = stores.get(tx)
        person = merging.survivors(tx, [customer_id]).get(customer_id, customer_id)
        if person not in customers.named(tx, [person]):
            raise NotFound("nothing is held about this customer", customer=customer_id)
        return {
            "customer": str(person),
            "store": {"name": store.name, "domain": store.domain},
            "as_of": house.now(),
            "facts": personal.facts(tx, [person, *merging.losers(tx, person)]),
            "segments": [_segment(house, tx, store, each, person) for each in segments.applied(tx)],
            "shown": _shown(tx, person),
        }


def _segment(house: House, tx: Transaction, store: Store, segment: Segment, person: CustomerId) -> dict[str, Any]:
    speaker = Speaker(currency=store.currency)
    told: dict[str, Any] = {"segment": segment.name, "rule": _sentence(segment, speaker)}
    try:
        with tx.savepoint():
            came_and_went = passages(house, tx, segment.id, person)
            reason = why(house, tx, segment.id, person)
    except RegularsError:  # It is stale then; what was shown of it stands in the log.
        came_and_went = reason = None
    if reason is not None:
        told |= {"now": reason.verdict, "label": reason.outcome.label, "why": _why(reason, speaker)}
    if came_and_went is not None:
        told["periods"] = _periods(came_and_went)
    return told


def _sentence(segment: Segment, speaker: Speaker) -> str | None:
    try:
        return describe_definition(schema.load(segment.definition), speaker)
    except RegularsError:
        return None


def _why(reason: Explanation, speaker: Speaker) -> list[str]:
    """One sentence for the whole, and one for each condition with its answer."""
    said = [reason.sentence(speaker)]
    for part in reason.parts:
        said += _conditions(part, speaker)
    return [sentence for sentence in said if sentence]


def _conditions(part: Part, speaker: Speaker) -> list[str]:
    if part.kind != "condition":
        return [sentence for below in part.parts for sentence in _conditions(below, speaker)]
    asked = describe(parse(part.text), speaker).rstrip(".")
    return [f"{asked}: {ANSWERS[part.verdict]}."]


def _periods(came_and_went: list[Passage]) -> list[dict[str, Any]]:
    """From when to when the customer was in, by what is known today; an end that is missing is not yet."""
    ends = [passage.at for passage in came_and_went[1:]]
    return [
        {"from": passage.at, "until": end, "label": passage.label, "known": not passage.undecided}
        for passage, end in zip_longest(came_and_went, ends)
        if passage.label is not None or passage.undecided
    ]


def _shown(tx: Transaction, person: CustomerId) -> list[dict[str, Any]]:
    """What the store showed of them when, whatever is known today."""
    names = {segment.id: segment.name for segment in segments.newest(tx)}
    return [
        {
            "segment": names.get(row["segment_id"]),  # type: ignore[call-overload]
            "what": "entered" if row["entered"] else "left",
            "label": row["label"],
            "at": row["true_at"],
            "noticed_at": row["decided_at"],
            "cause": row["cause"],
        }
        for row in memberships.log_of(tx, person, MOST_LOGGED)
    ]
