"""save: a merchant's segment is checked and stands as a new version, with a plan on its way."""

from collections.abc import Mapping
from typing import Any

from plugin.db import customers, plans, segments, stores, twins
from plugin.db.segments import Segment
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid
from plugin.domain.ids import PlanId, SegmentId, StoreId
from plugin.domain.text import clean, fold
from plugin.flow import describe, output, sources, twin
from plugin.flow.bell import Work
from plugin.flow.circles import check_circles
from plugin.flow.drafted import drafted
from plugin.flow.house import House
from plugin.flow.mentions import recheck_mentions
from plugin.flow.named import attributes, named
from plugin.flow.optional import settle
from plugin.rules import graph, schema
from plugin.rules.fields import Facts
from plugin.rules.graph import Named
from plugin.rules.problems import RuleError
from plugin.rules.references import references
from plugin.rules.refusals import refusals
from plugin.rules.segment import Definition, OneRule, Tiers, TwoSided

NAME_LENGTH = 100
TAG_LENGTH = 255
MOST_SEGMENTS = 200


def save(
    house: House,
    store_id: StoreId,
    name: str,
    definition: Mapping[str, Any],
    outputs: Mapping[str, str],
    author: str,
    segment_id: SegmentId | None = None,
) -> tuple[SegmentId, PlanId]:
    """A new segment in preview, or a new version of one; and the plan that will show what it does.

    ``outputs``: label → tag; a plain rule has the label ``""``. Raises RuleError (each problem with
    field and place), Invalid, NotFound. Nothing decides by the version before its plan is applied.
    """
    name = _checked_name(name)
    meant = schema.load(definition)
    outputs = _checked_outputs(meant, outputs)
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        if segment_id is not None:
            _rename(tx, segments.get(tx, segment_id), name)
        check_sources(tx, meant)
        _check_graph(tx, segment_id, name, meant, outputs)
        if segment_id is None:
            segment_id = segments.create(tx, name, schema.dump(meant), outputs, author)
            version = 1
        else:
            version = segments.revise(tx, segment_id, schema.dump(meant), outputs, author)
        settle(house, tx)
        drafted(tx, stores.get(tx), segments.at_version(tx, segment_id, version))
        plan_id = plans.create(tx, segment_id, version)
        recheck_mentions(tx)
    house.bell.ring(Work.PLANS, store_id)
    return segment_id, plan_id


def delete(house: House, store_id: StoreId, segment_id: SegmentId) -> None:
    """The segment is gone and its tags are taken off. Raises Invalid while others refer to it."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        segment = segments.get(tx, segment_id)
        readers = _readers(tx, segment.name)
        if readers:
            raise Invalid(f"{segment.name} is used by {', '.join(readers)}. Change those first.", field="segment")
        customers.members_due(tx, segment_id, "segment deleted")
        twin.leave(tx, segment_id)
        output.leave_all(house, tx, segment_id)
        segments.remove(tx, segment_id)
        settle(house, tx)
        recheck_mentions(tx)
    house.bell.ring(Work.SWEEP, store_id)


def check_sources(tx: Transaction, definition: Definition) -> None:
    """The store has a source for everything the definition asks; raises RuleError otherwise."""
    store = stores.get(tx)
    known = sources.of(tx, store)
    grants = {facts: " and ".join(sources.lacking(store, facts)) for facts in Facts if sources.lacking(store, facts)}
    lacking = refusals(definition, known.facts, known.types, grants)
    if lacking:
        raise RuleError(lacking)


def _readers(tx: Transaction, name: str) -> list[str]:
    """The segments that ask about this one, in the version that is applied or in a newer one."""
    found = dict.fromkeys(graph.readers(name, named(segments.applied(tx))))
    return list(found | dict.fromkeys(graph.readers(name, named(segments.newest(tx)))))


def _checked_name(name: str) -> str:
    name = clean(name).strip()
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"Give the segment a name of at most {NAME_LENGTH} characters.", field="name")
    return name


def _rename(tx: Transaction, segment: Segment, name: str) -> None:
    """The segment has this name; refused while another segment's rule speaks of the old one."""
    if name == segment.name:
        return
    old = fold(segment.name)
    every = [*named(segments.newest(tx)), *named(segments.applied(tx))]
    users = sorted({each.name for each in every if old in references(each.definition).segments})
    if users and fold(name) != old:
        raise Invalid(f"{', '.join(users)} asks about {segment.name} by name, so the name has to stay.", field="name")
    segments.rename(tx, segment.id, name)
    describe.renamed(tx, segment)
    twins.look_soon(tx, segment.id)


def _checked_outputs(definition: Definition, outputs: Mapping[str, str]) -> dict[str, str]:
    match definition:
        case Tiers():
            labels: tuple[str, ...] = definition.labels
        case OneRule() | TwoSided():
            labels = ("",)
    checked = {}
    for label, tag in outputs.items():
        tag = clean(tag).strip()
        if label not in labels:
            raise Invalid(f"There is no label {label} in this segment.", field="outputs")
        if "," in tag:
            raise Invalid("A tag can't contain a comma: the store would make two tags of it.", field="outputs")
        if len(tag) > TAG_LENGTH:
            raise Invalid(f"A tag has at most {TAG_LENGTH} characters.", field="outputs")
        if tag:
            checked[label] = tag
    return checked


def _check_graph(
    tx: Transaction, segment_id: SegmentId | None, name: str, definition: Definition, outputs: Mapping[str, str]
) -> None:
    """References lead somewhere and in no circle; raises RuleError."""
    every = segments.newest(tx)
    others = [segment for segment in every if segment.id != segment_id]
    if segment_id is None and len(others) >= MOST_SEGMENTS:
        raise Invalid(f"A store has at most {MOST_SEGMENTS} segments.", field="name")
    before = next((segment for segment in every if segment.id == segment_id), None)
    mine = Named(name, definition, frozenset(map(fold, outputs.values())), attributes(before))
    told = named(others)
    graph.fits(mine, told)
    check_circles(tx, [[*told, mine]], "definition")
