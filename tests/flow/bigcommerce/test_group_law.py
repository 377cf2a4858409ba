"""Whatever segments decide, merchants move and answers are lost: nobody is taken out of where they may not be taken.

Thirty customers walk at once, each by chance; after every round each stands where the rule of ownership says, which is
told here once more and otherwise (``Known.after``): by what happened, not by what was kept.
"""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from plugin.flow import release
from tests.flow.bigcommerce.grouping import Shop, _shop, shop

__all__ = ("_shop", "shop")
FIRST = int(os.environ.get("LAWS_FIRST", "0"))
WALKS = int(os.environ.get("GROUP_WALKS", "1"))
PEOPLE, ROUNDS = 30, 7
NOWHERE = 0


@dataclass(frozen=True)
class Groups:
    """Ours, in the order in which they count; one of the merchant's that is given up at times, one that never is."""

    ours: Mapping[str, int]
    retail: int
    bulk: int

    def wanted(self, note: str) -> int | None:
        return next((group for word, group in self.ours.items() if word in note), None)


@dataclass(frozen=True)
class Known:
    """A customer at rest: where they are, what their segments want, and whether it is we who keep them there."""

    at: int = NOWHERE
    wanted: int | None = None
    placed: bool = False
    back: int = NOWHERE
    """Where they were before."""
    theirs: bool = False
    """Somebody took them out of our group, into none: nothing is done until their segments say something else."""

    def after(self, wanted: int | None, at: int, given_up: bool, newly: bool, groups: Groups) -> "Known":
        """Where they come to rest whose segments want this, and whom the merchant has put there meanwhile. ``newly``:
        retail was given up in between."""
        ours = set(groups.ours.values())
        if wanted is None:
            return Known(self.back if self.placed and at in ours else at)
        if wanted == self.wanted:
            if self.theirs:
                return replace(self, at=at)
            if self.placed and at not in ours:
                return Known(at, wanted, theirs=at == NOWHERE)
            if not self.placed and at == self.at and not (newly and at == groups.retail):
                return self
        kept = self.back if self.placed else NOWHERE
        if at in ours:
            return Known(wanted, wanted, True, kept)
        if at == NOWHERE or (at == groups.retail and given_up):
            return Known(wanted, wanted, True, at)
        return Known(at, wanted)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + WALKS))
def test_everybody_stands_where_they_may_be_and_was_only_taken_from_where_they_might(shop: Shop, seed: int) -> None:
    chance = random.Random(f"groups {seed}")
    gold, silver = shop.word(), shop.word()
    ours = {word: shop.show(shop.asking(word), f"{name} {seed}") for word, name in ((gold, "Gold"), (silver, "Silver"))}
    groups = Groups(ours, shop.group(f"Retail {seed}"), shop.group(f"Bulk {seed}"))
    walk = Walk(shop, chance, groups, dict.fromkeys(shop.people(PEOPLE), Known()))

    for _ in range(ROUNDS):
        walk.round()

    assert walk.moved > PEOPLE, "something happened"


class Walk:
    """One walk of all of them; ``moved``: how often somebody was moved by us."""

    def __init__(self, shop: Shop, chance: random.Random, groups: Groups, known: dict[int, Known]) -> None:
        self.shop, self.chance, self.groups, self.known = shop, chance, groups, known
        self.notes, self.at = dict.fromkeys(known, ""), dict.fromkeys(known, NOWHERE)
        self.given_up, self.moved = False, 0

    def round(self) -> None:
        """Things happen, fail, and come to rest."""
        begun, newly = len(self.shop.puts()), False
        moved = {who for who in self.known if self._change(who)}
        put, first = dict(self.at), self._wanted()
        if self.chance.random() < 0.4:
            self.given_up = newly = not self.given_up
            (release.allow if self.given_up else release.disallow)(self.shop.house, self.shop.id, self.groups.retail)
        self.shop.hear()
        self.shop.fail(**self._fault())
        self.shop.settle()
        self.shop.heal()
        for who in sorted(set(self.known) - moved):  # While nobody knows yet what became of some.
            if self.chance.random() < 0.3:
                self.shop.control("PATCH", f"/customers/{who}", {"notes": self._note(who)})
        self.shop.settle()
        self.shop.overdue()
        self._replay(begun)
        then = self._wanted()
        for who, known in self.known.items():
            once = known.after(first[who], put[who], self.given_up, newly, self.groups)
            self.known[who] = once.after(then[who], once.at, self.given_up, False, self.groups)
        assert self.at == {who: known.at for who, known in self.known.items()}
        assert self._where() == self.at

    def _wanted(self) -> dict[int, int | None]:
        return {who: self.groups.wanted(note) for who, note in self.notes.items()}

    def _note(self, who: int) -> str:
        """Another note of the customer, which may be the same."""
        self.notes[who] = " ".join(word for word in self.groups.ours if self.chance.random() < 0.5)
        return self.notes[who]

    def _change(self, who: int) -> bool:
        """By chance another note, or another group by the merchant's hand, or both; True where they moved somebody."""
        said: dict[str, object] = {"notes": self._note(who)} if self.chance.random() < 0.5 else {}
        if self.chance.random() < 0.35:
            places = [NOWHERE, self.groups.retail, self.groups.bulk, *self.groups.ours.values()]
            self.at[who] = chosen = self.chance.choice(places)
            said["group_id"] = chosen
        if said:
            self.shop.control("PATCH", f"/customers/{who}", said)
        return "group_id" in said

    def _fault(self) -> dict[str, object]:
        refused = self.chance.sample(sorted(self.known), 3)
        faults: list[dict[str, object]] = [
            {},
            {"lose_next": 1},
            {"lose_next": 3},
            {"throttle_next": 1},
            {"batch_refuses": refused},
            {"batch_refuses": refused, "lose_next": 1},
        ]
        return self.chance.choice(faults)

    def _replay(self, begun: int) -> None:
        """Every one of our moves was out of where somebody may be taken from; lost ones were made."""
        may = {NOWHERE, *self.groups.ours.values()} | ({self.groups.retail} if self.given_up else set())
        for call in self.shop.puts()[begun:]:
            if call["status"] == 422:
                continue
            for each in call["body"]:
                who, group = each["id"], each["customer_group_id"]
                assert self.at[who] in may, f"{who} was taken out of {self.at[who]} into {group}"
                self.at[who] = group
                self.moved += 1

    def _where(self) -> dict[int, int]:
        return {
            each["id"]: each["group_id"] for each in self.shop.control("GET", "/customers") if each["id"] in self.known
        }
