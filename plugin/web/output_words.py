"""What is said of where else segments show: what each kind does, how one stands, what it would change."""

from collections.abc import Collection, Mapping, Sequence

from plugin.db.outputs import Kind, Output, Says, State
from plugin.platforms.base import Room, Why
from plugin.rules.speak import mark
from plugin.web.words import say

TITLES = {
    Kind.GROUP: mark("A customer group"),
    Kind.ATTRIBUTE: mark("A customer attribute"),
    Kind.NATIVE: mark("A {platform} segment"),
}
DOES = {
    Kind.GROUP: mark(
        "Customers are moved into a group of this segment's own, and back when they leave the segment. A customer is "
        "in one group at most, and groups can change prices, categories and promotions: so we only move customers who "
        "are in no group, or in one that you let them leave."
    ),
    Kind.ATTRIBUTE: mark(
        "Each customer's record in {platform} says that they are in. Nothing in your store changes by it."
    ),
    Kind.NATIVE: mark(
        "Promotions in {platform} can be for exactly these customers. Prices and categories stay as they are."
    ),
}
ADD = {
    Kind.GROUP: mark("Add a customer group"),
    Kind.ATTRIBUTE: mark("Add a customer attribute"),
    Kind.NATIVE: mark("Add a {platform} segment"),
}
LEAVES = {
    Kind.GROUP: mark(
        "Customers go back to the group they were in before, unless somebody has moved them since. The group itself "
        "stays in {platform}, with nobody of this segment in it."
    ),
    Kind.ATTRIBUTE: mark("The attribute is deleted in {platform}, with all it says of customers."),
    Kind.NATIVE: mark("The segment is deleted in {platform}. Promotions that are for it then reach nobody."),
}
"""What removing does, asked before it is done."""
FIRST_OF = mark("Who is in several segments with a group is put into the first of these: {names}.")
RETURNING = (
    mark("{n} customer is being moved back to where they were before."),
    mark("{n} customers are being moved back to where they were before."),
)
UNSEEN = {
    Why.DEFAULT: mark("which groups new customers get"),
    Why.PRICE_LISTS: mark("price lists"),
    Why.PROMOTIONS: mark("promotions"),
}
UNSEEN_SAID = mark("We may not look at {what} in your store. A group may matter for that all the same.")
MATTERS = mark("Being in {name} changes something for customers: {reasons}.")
SAYINGS = {
    Says.YES: mark("It says: yes"),
    Says.SINCE: mark("It says the day they entered"),
    Says.LABEL: mark("It says which tier they are in"),
}
STATES = {
    State.MAKING: mark("{platform} is being asked for it."),
    State.STANDING: "",
    State.REFUSED: mark("It couldn't be made: {reason}"),
    State.GONE: mark("Somebody deleted it in {platform}, so nobody is in it. You can add it again."),
    State.LEAVING: mark("It is being taken away."),
}
NO_GROUP = mark("no group, for somebody took them out of ours")
WAITS_FOR_LIVE = mark("It is made when the segment goes live.")
RESTS = mark("It stands in your store with nobody in it, until the segment is live.")
STAYS = mark("It couldn't be taken away yet; we try again by ourselves. The reason: {reason}")
NO_ROOM = mark("Your store has all of the {most} there can be. Delete one in {platform} first.")
ROOM = {
    Kind.ATTRIBUTE: mark("Your store uses {used} of the {most} customer attributes it can have."),
    Kind.NATIVE: mark("Your store uses {used} of the {most} segments it can have."),
}
WOULD = {
    Kind.GROUP: (
        mark("{n} customer is moved into the group {name}."),
        mark("{n} customers are moved into the group {name}."),
    ),
    Kind.ATTRIBUTE: (
        mark("{n} customer gets the attribute {name}."),
        mark("{n} customers get the attribute {name}."),
    ),
    Kind.NATIVE: (
        mark("{n} customer is put into the segment {name}."),
        mark("{n} customers are put into the segment {name}."),
    ),
}
"""What going live does, of one customer and of several."""
HELD = (
    mark("{n} of them is in {groups} and stays there, unless you let customers leave it under Settings."),
    mark("{n} of them are in {groups} and stay there, unless you let customers leave it under Settings."),
)
CHANGES = mark("{name}: {joins} come in, {leaves} leave.")
ENDS = {
    True: mark("There is no ‘{label}’ any more, so {name} is removed."),
    False: mark("The segment has tiers now, so {name}, which is for all of it, is removed."),
}
"""By whether it is of a tier."""


def title(kind: Kind) -> str:
    """What the kind is called."""
    return say(TITLES[kind])


def does(kind: Kind) -> str:
    """What a merchant gets by it, in a sentence or two."""
    return say(DOES[kind])


def add(kind: Kind) -> str:
    """What the button for one more is called."""
    return say(ADD[kind])


def leaves(kind: Kind) -> str:
    """What taking one away does."""
    return say(LEAVES[kind])


def first_of(segments: Sequence[str]) -> str:
    """Which of several segments' groups counts."""
    return say(FIRST_OF).format(names=", ".join(segments)) if len(segments) > 1 else ""


def returning(customers: int) -> str:
    """How many are on their way back; empty where nobody is."""
    return say(RETURNING[customers != 1]).format(n=f"{customers:,}") if customers else ""


def unseen(whys: Collection[Why]) -> str:
    """What we may not look at; empty where there is nothing."""
    what = ", ".join(say(UNSEEN[each]) for each in UNSEEN if each in whys)
    return say(UNSEEN_SAID).format(what=what) if what else ""


def matters(name: str, reasons: str) -> str:
    """What hangs on a group of ours by now."""
    return say(MATTERS).format(name=name, reasons=reasons)


def saying(says: Says) -> str:
    """What an attribute can say."""
    return say(SAYINGS[says])


def stands(output: Output, *, live: bool) -> str:
    """How it stands; empty where it simply does."""
    said = STATES[output.state]
    if output.state is State.MAKING and not live:
        said = WAITS_FOR_LIVE
    elif output.state is State.STANDING and not live:
        said = RESTS
    elif output.state is State.LEAVING and output.error:
        said = STAYS
    return say(said).format(reason=output.error or "–") if said else ""


def room(kind: Kind, found: Room | None) -> str:
    """How much room the store has for more; empty where nobody counts."""
    if found is None or kind not in ROOM:
        return ""
    return say(ROOM[kind] if found.left else NO_ROOM).format(used=found.used, most=found.most)


def would(output: Output, customers: int, held: Mapping[str, int]) -> str:
    """What going live does to so many customers, of whom some are in groups that they may not leave."""
    said = say(WOULD[output.kind][customers != 1]).format(name=output.name, n=f"{customers:,}")
    if not held:
        return said
    stay = sum(held.values())
    return f"{said} {say(HELD[stay != 1]).format(n=f'{stay:,}', groups=', '.join(held))}"


def changes(output: Output, joins: int, leaves: int) -> str:
    """What applying a change does to it."""
    return say(CHANGES).format(name=output.name, joins=f"{joins:,}", leaves=f"{leaves:,}")


def ends(output: Output) -> str:
    """It goes with its label."""
    return say(ENDS[bool(output.label)]).format(name=output.name, label=output.label)


def holder(name: str) -> str:
    """A group that holds customers; the one without a name is none."""
    return name or say(NO_GROUP)
