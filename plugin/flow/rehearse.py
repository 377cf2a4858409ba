"""rehearse: what the segments of a store file come to at each moment asked, worked out in a scratch place.

The facts take the way of every store's facts: messages in the inbox, translated, absorbed. The segments are
kept, compiled and decided as a store's are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plugin.db import inbox, pins, segments, sources, stores
from plugin.db.pins import Pin, Way
from plugin.db.scratch import Scratch
from plugin.db.segments import Segment
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.domain.text import fold
from plugin.engine.errors import EngineError
from plugin.flow.absorb import absorb
from plugin.flow.compiled import Rules, compiled
from plugin.platforms.given.deliveries import deliveries
from plugin.platforms.given.kinds import Plain
from plugin.platforms.given.mistakes import FileUnusable, Mistake
from plugin.platforms.given.scopes import granted
from plugin.platforms.given.translate import translate
from plugin.platforms.given.values import number
from plugin.rules import graph, schema
from plugin.rules.graph import Named
from plugin.rules.problems import Problem, RuleError
from plugin.rules.refusals import refusals
from plugin.rules.segment import Definition, rules_of
from plugin.rules.tree import Attribute
from plugin.rules.walk import walk

AUTHOR = "the file"
AT_ONCE = 200
"""Messages absorbed in one go."""


@dataclass(frozen=True)
class Staged:
    """A scratch place that holds the file's facts and segments, ready to be asked."""

    scratch: Scratch
    file: Plain
    rules: Rules
    kinds: Mapping[SegmentId, str]
    """``rule``, ``tiers`` or ``two_sided``."""
    written: Mapping[CustomerId, Any]
    """Customers' ids as the file writes them, in its order."""

    @property
    def in_order(self) -> list[Segment]:
        """The segments in the order of the file."""
        return sorted(self.rules.segments, key=lambda segment: segment.id)

    @property
    def things(self) -> dict[str, Any]:
        """Ids of orders, lines and products that are texts in the file, by their numbers."""
        orders = [order for customer in self.file["customers"] for order in customer.get("orders") or ()]
        things = [*orders, *(line for order in orders for line in order.get("lines") or ())]
        found = [each.get("id") for each in things] + [each.get("product") for each in things]
        return {str(number(written)): written for written in found if isinstance(written, str)}

    def place(self, written: Any) -> int:
        """Which of the file's customers it is."""
        return [str(each) for each in self.written.values()].index(str(written))


def rehearse(scratch: Scratch, file: Plain) -> Staged:
    """The file's facts and segments stand in the scratch place. Raises FileUnusable with every reason."""
    meant = [_definition(segment, place) for place, segment in enumerate(file.get("segments", ()))]
    _refuse([mistake for found in meant if isinstance(found, list) for mistake in found])
    definitions = [found for found in meant if not isinstance(found, list)]
    _check_graph(file, definitions)
    with scratch.database.store(scratch.store_id) as tx:
        _put_store(tx, file.get("store", {}))
        for topic, body in deliveries(file, _spoken(definitions)):
            inbox.add(tx, topic, datetime.now(UTC), body)
        _absorb(tx)
        _refuse(list(_unanswerable(tx, file, definitions)))
        ids = [_put_segment(tx, segment, definition) for segment, definition in _beside(file, definitions)]
    scratch.analyze()
    with scratch.database.store(scratch.store_id) as tx:
        rules = _compiled(stores.get(tx), segments.applied(tx), pins.segments(tx))
    kinds = {id_: schema.dump(definition)["kind"] for id_, definition in zip(ids, definitions, strict=True)}
    written = {CustomerId(number(customer["id"])): customer["id"] for customer in file["customers"]}
    return Staged(scratch, file, rules, kinds, written)


def plain_definition(segment: Plain) -> Plain:
    """The segment of a file as the JSON that plugin/rules/schema.py reads."""
    if "rule" in segment:
        return {"kind": "rule", "rule": segment["rule"]}
    if "cases" in segment:
        return {"kind": "tiers", "cases": segment["cases"], "default": segment.get("default")}
    return {
        "kind": "two_sided",
        "join": segment["join"],
        "stay": segment["stay"],
        "grace": segment.get("grace", "0d"),
    }


def _definition(segment: Plain, place: int) -> Definition | list[Mistake]:
    try:
        return schema.load(plain_definition(segment))
    except RuleError as error:
        return [_mistake(problem, place) for problem in error.problems]


def _mistake(problem: Problem, place: int) -> Mistake:
    parts = [f"[{part}]" if part.isdigit() else f".{part}" for part in (problem.field or "").split(".") if part]
    path = f"segments[{place}]{''.join(parts)}"
    expected = f" Expected: {', '.join(problem.expected)}." if problem.expected and not problem.suggestion else ""
    return Mistake(path, f"{problem.message}{expected}", problem.line, problem.column, problem.suggestion)


def _check_graph(file: Plain, definitions: Sequence[Definition]) -> None:
    named = [
        Named(segment["name"], definition, frozenset(fold(tag) for tag in outputs(segment).values()))
        for segment, definition in _beside(file, definitions)
    ]
    try:
        graph.order(named)
    except RuleError as error:
        _refuse([Mistake("segments", problem.message, suggestion=problem.suggestion) for problem in error.problems])


def _beside(file: Plain, definitions: Sequence[Definition]) -> Iterator[tuple[Plain, Definition]]:
    yield from zip(file.get("segments", ()), definitions, strict=True)


def outputs(segment: Plain) -> dict[str, str]:
    """The tags that the segment writes, by label."""
    return dict(segment.get("tags") or ({"": segment["tag"]} if segment.get("tag") else {}))


def _spoken(definitions: Sequence[Definition]) -> frozenset[str]:
    """The metafields and attributes that rules ask about."""
    nodes = (node for definition in definitions for _, rule in rules_of(definition) for node in walk(rule))
    names = {node.name for node in nodes if isinstance(node, Attribute)}
    return frozenset(name for name in names if name.startswith(("metafields.", "attributes.")))


def _put_store(tx: Transaction, store: Plain) -> None:
    now = datetime.now(UTC)
    particulars = (store.get("name") or "A store file", store.get("timezone", "UTC"), store.get("currency", "USD"))
    stores.put(tx, "given", str(tx.store_id), "file.invalid", *particulars, tuple(store.get("scopes") or ()), now)
    stores.set_state(tx, State.READY, now)
    since = store.get("history_since")
    stores.set_known_from(tx, since)
    stores.set_labels_known_from(tx, since)


def _absorb(tx: Transaction) -> None:
    """Everything in the inbox is absorbed; raises FileUnusable for what can't be."""
    while waiting := inbox.waiting(tx, AT_ONCE):
        absorbed = absorb(tx, translate, waiting, urgent=False)
        inbox.done(tx, [delivery.id for delivery in waiting])
        if absorbed.set_aside:
            aside = inbox.latest(tx, AT_ONCE, inbox.State.SET_ASIDE)
            _refuse([Mistake("customers", str(row["reason"])) for row in aside])


def _unanswerable(tx: Transaction, file: Plain, definitions: Sequence[Definition]) -> Iterator[Mistake]:
    """What this store has no source for, and attributes that are asked for as another type than they have."""
    facts, types = granted(file.get("store", {}).get("scopes")), sources.of_store(tx)
    for place, definition in enumerate(definitions):
        yield from (_mistake(problem, place) for problem in refusals(definition, facts, types))


def _put_segment(tx: Transaction, segment: Plain, definition: Definition) -> SegmentId:
    segment_id = segments.create(tx, segment["name"], schema.dump(definition), outputs(segment), AUTHOR)
    segments.set_applied(tx, segment_id, 1)
    pins.put(
        tx,
        [
            Pin(
                segment_id,
                CustomerId(number(pin["customer"])),
                pin["at"],
                pin["until"],
                Way(pin["way"]),
                pin.get("label", ""),
                pin["reason"],
                AUTHOR,
                pin.get("removed"),
            )
            for pin in segment.get("pins") or ()
        ],
    )
    return segment_id


def _compiled(store: Store, applied: Sequence[Segment], pinned: frozenset[SegmentId]) -> Rules:
    try:
        return compiled(store, applied, pinned)
    except EngineError as error:
        names = {fold(segment.name): place for place, segment in enumerate(applied)}
        place = names.get(fold(error.segment or ""))
        path = "segments" if place is None else f"segments[{place}]"
        raise FileUnusable([Mistake(path, error.message)]) from error


def _refuse(mistakes: Sequence[Mistake]) -> None:
    if mistakes:
        raise FileUnusable(mistakes)
