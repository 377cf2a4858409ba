"""fit: whether a segment can show where it was asked to: by what it is, what else shows, and what the store has."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from plugin.db import outputs, segments, stores
from plugin.db.outputs import Kind, Output, Says, State
from plugin.db.segments import Segment
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId
from plugin.domain.text import clean, fold
from plugin.flow.allowed import may_write
from plugin.flow.circles import check_circles
from plugin.flow.house import House
from plugin.flow.named import check_attribute, named
from plugin.platforms import platform
from plugin.platforms.base import Calls, Room
from plugin.rules import schema
from plugin.rules.segment import Tiers

NAME_LENGTH = 100
ANEW = (State.REFUSED, State.GONE)
"""What may be asked for although it is there."""


@dataclass(frozen=True)
class Choice:
    """A segment is to show so. ``label``: of the tier, ``""`` for all; ``name``: how the store is to call it."""

    segment_id: SegmentId
    kind: Kind
    label: str
    name: str
    says: Says | None = None


class Told(NamedTuple):
    """What can be said of a segment's members."""

    tiers: tuple[str, ...] | None
    """The labels of tiers; None for a segment one is in or not."""

    def labels(self, kind: Kind) -> tuple[str, ...]:
        """Of what there is one each: of all members, or of those of a tier."""
        return ("",) if self.tiers is None or kind is Kind.ATTRIBUTE else self.tiers

    def says(self, kind: Kind) -> tuple[Says | None, ...]:
        """What it can say, the first of them unless somebody chooses."""
        if kind is not Kind.ATTRIBUTE:
            return (None,)
        return (Says.YES if self.tiers is None else Says.LABEL, Says.SINCE)


def told(segment: Segment) -> Told:
    """What this version of the segment says of its members."""
    definition = schema.load(segment.definition)
    return Told(definition.labels if isinstance(definition, Tiers) else None)


def kinds(store: Store) -> tuple[Kind, ...]:
    """What stores of this platform may have."""
    known = platform(store.platform)
    return tuple(kind for kind in Kind if kind in known.rolls or (kind is Kind.GROUP and known.places is not None))


def deciding(tx: Transaction, segment_id: SegmentId) -> Segment:
    """The version that decides, before the first plan is complete the newest. Raises NotFound."""
    found = segments.get(tx, segment_id)
    return found if found.applied_version is None else segments.at_version(tx, segment_id, found.applied_version)


def fit(house: House, tx: Transaction, choice: Choice) -> Output:
    """The output as it is to be made. Raises Invalid with what stands against it, NotFound."""
    known, every = told(deciding(tx, choice.segment_id)), outputs.every(tx)
    if choice.kind not in kinds(stores.get(tx)):
        raise Invalid("Your store has no such thing.", field="kind")
    if choice.label not in known.labels(choice.kind):
        raise Invalid(f"There is no label {choice.label} in this segment.", field="label")
    says = choice.says or known.says(choice.kind)[0]
    if says not in known.says(choice.kind):
        raise Invalid("This segment can't be said so. Choose another way.", field="says")
    name = _name(choice, every)
    now = next((each for each in every if each.key == (choice.segment_id, choice.kind, choice.label)), None)
    if now is not None and now.state is State.LEAVING:
        raise Invalid("It is still being taken away in your store. Try again in a moment.", field="kind")
    if now is not None and now.state not in ANEW:
        raise Invalid("The segment shows there already.", field="kind")
    if not may_write(house, tx):
        raise Invalid("Your plan doesn't let us write to your store. Choose a larger one first.", field="kind")
    if choice.kind is Kind.ATTRIBUTE:
        check_attribute(tx, choice.segment_id, name)
    if choice.kind is Kind.GROUP:
        rules = [named(segments.newest(tx)), named(segments.applied(tx))]
        check_circles(tx, rules, "kind", also=choice.segment_id)
    rank = _rank(choice, every) if choice.kind is Kind.GROUP else 0
    remote_id = None if now is None or now.name != name else now.remote_id
    return Output(choice.segment_id, choice.kind, choice.label, name, State.MAKING, says, rank, remote_id)


def _name(choice: Choice, every: list[Output]) -> str:
    name = clean(choice.name).strip()
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"Give it a name of at most {NAME_LENGTH} characters.", field="name")
    key = (choice.segment_id, choice.kind, choice.label)
    others = [each for each in every if each.kind is choice.kind and each.key != key]
    if any(fold(each.name) == fold(name) for each in others):
        raise Invalid(f"Another segment shows as {name} already. Choose another name.", field="name")
    return name


def _rank(choice: Choice, every: list[Output]) -> int:
    """That of the segment's other groups, else behind all."""
    groups = [each for each in every if each.kind is Kind.GROUP]
    own = [each.rank for each in groups if each.segment_id == choice.segment_id]
    return own[0] if own else 1 + max((each.rank for each in groups), default=-1)


class Asked(NamedTuple):
    """What a store says of one more of a kind."""

    reason: str | None
    """Why it can't have any, in words for the merchant."""
    room: Room | None
    """How many it has, where they are counted."""


def ask(calls: Calls, store: Store, kind: Kind) -> Asked:
    """What the store itself says of one more of these. Raises PlatformError."""
    known = platform(store.platform)
    if kind is Kind.GROUP:
        assert known.places is not None
        return Asked(known.places.why_not(calls), None)
    rolls = known.rolls[kind]
    reason = rolls.why_not(calls)
    return Asked(reason, None if reason is not None else rolls.room(calls))


def check(calls: Calls, store: Store, output: Output, emptying: Collection[int] = ()) -> None:
    """The store can have it, as far as can be said before. Raises Invalid with the store's reason, PlatformError.

    ``emptying``: groups that were ours until a moment ago.
    """
    reason, room = ask(calls, store, output.kind)
    if reason is None:
        reason = _misfit(calls, store, output, emptying)
    if reason is None and room is not None and not room.left:
        reason = f"Your store has {room.most} of these, and there can be no more. Delete one first."
    if reason is not None:
        raise Invalid(reason, field="name")


def _misfit(calls: Calls, store: Store, output: Output, emptying: Collection[int]) -> str | None:
    known = platform(store.platform)
    if output.kind is not Kind.GROUP:
        return known.rolls[output.kind].misfit(output)
    assert known.places is not None
    named_so = [each for each in known.places.every(calls) if fold(each.name) == fold(output.name)]
    theirs = [each for each in named_so if str(each.id) != output.remote_id]
    if any(each.id in emptying for each in theirs):
        return f"Customers are still being moved out of the group {output.name}. Try again in a moment."
    if any(not each.plain for each in theirs):
        return f"Your store has a group {output.name} with prices or categories of its own. Choose another name."
    if any(not known.places.is_empty(calls, each.id) for each in theirs):
        return f"Your store has a group {output.name} with customers in it. Choose another name."
    return None
