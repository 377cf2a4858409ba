"""What came out of a rehearsal at one moment, as plain objects: members, labels, who is undecided and why, scores."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine import cutoffs
from plugin.engine.asked import Asked
from plugin.engine.decide import Outcome, decide
from plugin.engine.explain import Explanation, Part, explain
from plugin.engine.scores import scores, windows
from plugin.flow.earlier import earlier
from plugin.flow.facts import put
from plugin.flow.rehearse import Staged
from plugin.flow.sorting import Sorted
from plugin.platforms.given.kinds import Plain
from plugin.platforms.given.people import UNKNOWN, merged
from plugin.rules.literals import print_literal

KEYS = {name: key for key, names in UNKNOWN.items() for name in names}
"""The file's key by what the catalogue calls it."""


@dataclass(frozen=True)
class Standings:
    """One moment. ``outcomes`` hold whoever existed at it; ``explained`` who was asked for."""

    moment: datetime
    outcomes: Mapping[SegmentId, Mapping[CustomerId, Outcome]]
    explained: Mapping[tuple[SegmentId, CustomerId], Explanation]
    scored: Sequence[Plain]


def stand(staged: Staged, moment: datetime, why: Sequence[tuple[SegmentId, CustomerId]] | None = ()) -> Standings:
    """What the segments are at the moment. ``why``: pairs to explain, None for all; the undecided always are.

    Merges until then, and what the store must be compared with, are worked out for this moment and forgotten
    afterwards, so that no other moment's answer depends on this one's having been asked.
    """
    plan = staged.rules.plan
    with staged.scratch.database.store(staged.scratch.store_id) as tx, tx.connection.transaction(force_rollback=True):
        _merge(tx, staged.file, moment)
        for at in (*earlier(plan, staged.file, moment), moment):
            cutoffs.compute(tx, plan, at)
        outcomes = _outcomes(staged, tx, moment)
        wanted = _wanted(outcomes, why)
        explained = {pair: explain(tx, plan, *pair, moment) for pair in wanted}
        scored = list(_scored(staged, tx, moment))
    return Standings(moment, outcomes, explained, scored)


def _merge(tx: Transaction, file: Plain, moment: datetime) -> None:
    """Who had been merged away by the moment is one with who stayed; who is merged later still stands alone."""
    batch = Sorted()
    batch.add(merged(file["customers"], moment), moment)
    if batch.merged:
        put(tx, batch, urgent=False)


def _outcomes(staged: Staged, tx: Transaction, moment: datetime) -> dict[SegmentId, dict[CustomerId, Outcome]]:
    plan = staged.rules.plan
    found: dict[SegmentId, dict[CustomerId, Outcome]] = {segment.id: {} for segment in plan.segments}
    if not plan.segments:
        return found
    here = _here(staged, moment)
    for decision in decide(tx, plan, Asked.everyone(moment)):
        if decision.customer_id in here:
            for segment, outcome in zip(plan.segments, decision.outcomes, strict=True):
                found[segment.id][decision.customer_id] = outcome
    return found


def _here(staged: Staged, moment: datetime) -> frozenset[CustomerId]:
    """Who exists at the moment: was created, was neither redacted nor merged away."""
    return frozenset(
        customer_id
        for customer_id, customer in zip(staged.written, staged.file["customers"], strict=True)
        if (customer.get("created") is None or customer["created"] <= moment)
        and customer.get("redacted") is None
        and (customer.get("merged_into") is None or customer["merged_into"]["at"] > moment)
    )


def _wanted(
    outcomes: Mapping[SegmentId, Mapping[CustomerId, Outcome]], why: Sequence[tuple[SegmentId, CustomerId]] | None
) -> list[tuple[SegmentId, CustomerId]]:
    every = [(segment, customer) for segment, found in outcomes.items() for customer in found]
    if why is None:
        return every
    asked = set(why)
    return [pair for pair in every if pair in asked or outcomes[pair[0]][pair[1]].undecided]


def _scored(staged: Staged, tx: Transaction, moment: datetime) -> Iterator[Plain]:
    over = windows(staged.rules.plan)
    if not over:
        return
    here = _here(staged, moment)
    for customer_id, window, found in scores(tx, staged.rules.plan, moment, over):
        if customer_id in here:
            since = {} if window is None else {"window": print_literal(window)}
            named = {str(score): value for score, value in found.items()}
            yield {"customer": staged.written[customer_id], **since, **named}


# --- as plain objects -----------------------------------------------------------------------------


def plain(staged: Staged, found: Standings, *, explained: bool) -> Plain:
    """The moment as docs/schema/try-output.json has it."""
    zone = ZoneInfo(staged.file.get("store", {}).get("timezone", "UTC"))
    told: Plain = {"moment": found.moment.astimezone(zone).isoformat(), "segments": []}
    for segment in staged.in_order:
        told["segments"].append(_segment(staged, found, segment.id, segment.name))
    if found.scored:
        told["scores"] = sorted(found.scored, key=lambda row: staged.place(row["customer"]))
    if explained:
        pairs = [(s.id, c) for s in staged.in_order for c in staged.written if (s.id, c) in found.explained]
        told["explanations"] = [_explanation(staged, found.explained[pair], zone) for pair in pairs]
    return told


def _segment(staged: Staged, found: Standings, segment_id: SegmentId, name: str) -> Plain:
    outcomes = found.outcomes[segment_id]
    there = [(customer, outcomes[customer]) for customer in staged.written if customer in outcomes]
    decided = [(staged.written[customer], outcome) for customer, outcome in there if not outcome.undecided]
    told: Plain = {"name": name, "kind": staged.kinds[segment_id]}
    if told["kind"] == "tiers":
        told["labels"] = [{"customer": written, "label": outcome.label} for written, outcome in decided]
    else:
        told["members"] = [written for written, outcome in decided if outcome.label is not None]
    told["undecided"] = [
        {"customer": staged.written[customer], "reason": reason(found.explained[segment_id, customer])}
        for customer, outcome in there
        if outcome.undecided
    ]
    return told


def reason(explanation: Explanation) -> str:
    """Which conditions could not be worked out, and what is missing for it."""
    zone = ZoneInfo(explanation.timezone)
    leaves = [part for whole in explanation.parts for part in _leaves(whole)]
    told = dict.fromkeys(f"`{part.text}`: {_missing(part, zone)}" for part in leaves)
    return "; ".join(told) or "What came before is not known, and the answer depends on it."


def _missing(part: Part, zone: ZoneInfo) -> str:
    found = dict.fromkeys(_lack(each, zone) for each in part.unknown)
    return ", ".join(found) or "a row it asks about does not say enough"


def _lack(unknown: Mapping[str, Any], zone: ZoneInfo) -> str:
    match unknown:
        case {"what": "segment", "name": name}:
            return f"‘{name}’ is undecided"
        case {"what": "ranking"}:
            return "the store's numbers were not computed for that moment"
        case {"what": what, "since": since}:
            noun = "tags and attributes" if what == "labels" else what
            return f"{noun} are known only since {datetime.fromisoformat(since).astimezone(zone).isoformat()}"
    return f"the file does not say `{KEYS.get(unknown['what'], unknown['what'])}`"


def _leaves(part: Part) -> Iterator[Part]:
    if part.verdict != "undecided":
        return
    if not part.parts:
        yield part
    for below in part.parts:
        yield from _leaves(below)


def _explanation(staged: Staged, explanation: Explanation, zone: ZoneInfo) -> Plain:
    told = explanation.plain()
    for key in ("segment_id", "customer_id", "as_of"):
        told.pop(key, None)
    for key in ("since", "next_change", "not_before", "grace_ends"):
        if told.get(key):
            told[key] = datetime.fromisoformat(told[key]).astimezone(zone).isoformat()
    told["parts"] = [_with_ids(part, staged.things) for part in told["parts"]]
    names = {segment.id: segment.name for segment in staged.in_order}
    who = staged.written[explanation.customer_id]
    return {"segment": names[explanation.segment_id], "customer": who, **told}


def _with_ids(value: Any, things: Mapping[str, Any]) -> Any:
    """Ids that the file writes as texts are shown as it writes them."""
    if isinstance(value, Mapping):
        return {key: _with_ids(below, things) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_ids(below, things) for below in value]
    return things.get(value, value) if isinstance(value, str) else value
