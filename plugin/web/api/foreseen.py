"""What a plan will do beyond tags, in sentences: to whom its segment's outputs will be written, and who is held."""

from plugin.db import leavable, memberships, outputs, segments, tallies
from plugin.db.outputs import Kind, Output, State
from plugin.db.plans import Plan
from plugin.db.plans import State as Standing
from plugin.db.segments import State as Switch
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold
from plugin.flow import fit
from plugin.web import output_words as words

WRITTEN = (State.MAKING, State.STANDING)
"""What customers are written to, or will be."""


def foreseen(tx: Transaction, plan: Plan) -> list[str]:
    """What a plan will do beyond tags: by going live where the segment is in preview, else by being applied."""
    there = [each for each in outputs.of(tx, plan.segment_id) if each.state in WRITTEN]
    if not there:
        return []
    if segments.get(tx, plan.segment_id).state is not Switch.LIVE:
        return _going_live(tx, plan.segment_id, there)
    return _applying(tx, plan, there) if plan.state is Standing.READY else []


def _going_live(tx: Transaction, segment_id: SegmentId, there: list[Output]) -> list[str]:
    sizes = memberships.sizes(tx).get(segment_id, {})
    groups = [each for each in outputs.every(tx) if each.kind is Kind.GROUP]
    free = {fold(name) for name in (*leavable.every(tx).values(), *(each.name for each in groups))}
    inside = tallies.groups_of(tx, segment_id) if any(each.kind is Kind.GROUP for each in there) else []
    said = []
    for each in there:
        size = sum(many for label, many in sizes.items() if each.label in ("", label))
        held: dict[str, int] = {}
        for label, name, many in inside if each.kind is Kind.GROUP else ():
            if each.label in ("", label) and fold(name) not in free:
                held[name] = held.get(name, 0) + many
        said.append(words.would(each, size, held))
    return said


def _applying(tx: Transaction, plan: Plan, there: list[Output]) -> list[str]:
    told = fit.told(segments.at_version(tx, plan.segment_id, plan.version))
    moved = tallies.passages(tx, plan.id)
    said = []
    for each in there:
        if each.label not in told.labels(each.kind):
            said.append(words.ends(each))
            continue
        joins = sum(many for was, label, many in moved if _shows_in(each, label) and not _shows_in(each, was))
        leaves = sum(many for was, label, many in moved if _shows_in(each, was) and not _shows_in(each, label))
        said.append(words.changes(each, joins, leaves))
    return said


def _shows_in(output: Output, label: str | None) -> bool:
    """Whether somebody with the label, None: outside, is one of the output's."""
    return label is not None and output.label in ("", label)
