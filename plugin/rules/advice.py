"""What advice is made of: friendly warnings about what can be saved but is probably not what was meant."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plugin.rules.reads import spoken
from plugin.rules.segment import Definition, rules_of
from plugin.rules.tree import Span

FEW = 10
"""Customers that a segment needs before an action on it tells anything."""
SMALL_STORE = 50
"""Below so many customers every segment is small: no word about it."""
ALMOST_ALL = Decimal("0.9")
MOSTLY, ALIKE = Decimal("0.9"), Decimal("0.75")
"""How much of one segment lies in another, and how alike two are (Jaccard), before it is worth a word."""


class Code(StrEnum):
    """The kinds of advice."""

    TOO_MANY = "too_many"
    NEVER = "never"
    ALWAYS = "always"
    TWICE = "twice"
    UNREACHABLE = "unreachable"
    SAME_SIDES = "same_sides"
    PERSONAL = "personal"
    """Asks for a trait that people must not be treated differently for without a good reason."""
    STANDS_IN = "stands_in"
    """Asks for something that gives such a trait away."""
    SHOPIFY_DIFFERS = "shopify_differs"
    """Pasted from Shopify it would not mean quite the same here."""
    UNTOLD = "untold"
    """Asks for something of which the store's platform tells nothing."""
    NOBODY = "nobody"
    FEW = "few"
    ALMOST_EVERYONE = "almost_everyone"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Advice:
    """What looks wrong, and the cure; ``field`` and ``span`` say where."""

    code: Code
    message: str
    cure: str
    field: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """A draft beside a live segment: how many are in each, and how many in both."""

    name: str
    draft: int
    other: int
    both: int

    @property
    def of_draft(self) -> Decimal:
        """The share of the draft that is in the other too."""
        return Decimal(self.both) / max(self.draft, 1)

    @property
    def of_other(self) -> Decimal:
        """The share of the other that is in the draft too."""
        return Decimal(self.both) / max(self.other, 1)

    @property
    def jaccard(self) -> Decimal:
        """Customers in both, of those in either."""
        return Decimal(self.both) / max(self.draft + self.other - self.both, 1)

    @property
    def large(self) -> bool:
        """Whether the two are nearly the same, or one lies almost wholly in the other."""
        contained = max(self.of_draft, self.of_other) >= MOSTLY
        return self.both >= FEW and (self.jaccard >= ALIKE or contained)


def of_untold(definition: Definition, untold: Collection[str]) -> Iterator[Advice]:
    """What of the definition no customer of this store can be decided by, each once."""
    for field, rule in rules_of(definition):
        for name in sorted({*spoken(rule)} & {*untold}):
            message = f"This store's platform tells nothing of `{name}`: nobody is decided by it."
            yield Advice(Code.UNTOLD, message, "Ask for something else, or send it through the API.", field)


def of_size(inside: int, undecided: int, total: int) -> Iterator[Advice]:
    """What the size of a draft advises, of so many customers."""
    if not total:
        return
    if not inside:
        waiting = f" ({undecided} can't be decided)" if undecided else ""
        message = f"Nobody matches now{waiting}."
        yield Advice(Code.NOBODY, message, "Look at the customers who just miss it, and ease a limit.")
    elif inside < FEW and total >= SMALL_STORE:
        message = f"Only {inside} of {total} customers match: fewer than an action can be judged by."
        yield Advice(Code.FEW, message, "Ease a limit or lengthen the time, or act on them by hand.")
    elif inside >= ALMOST_ALL * total and inside >= FEW:
        message = f"{inside} of {total} customers match ({_percent(Decimal(inside) / total)}): that is almost everyone."
        yield Advice(Code.ALMOST_EVERYONE, message, "Ask for something that tells customers apart.")


def of_overlaps(overlaps: Iterable[Overlap]) -> Iterator[Advice]:
    """What large overlaps with live segments advise, the most alike first."""
    for each in sorted(overlaps, key=lambda overlap: -overlap.jaccard):
        if not each.large:
            continue
        message = (
            f"{each.both} of its {each.draft} customers ({_percent(each.of_draft)}) are in ‘{each.name}’ too, "
            f"and are {_percent(each.of_other)} of the {each.other} there."
        )
        yield Advice(Code.OVERLAP, message, f"Use ‘{each.name}’, or say what sets this one apart from it.")


def _percent(share: Decimal) -> str:
    return f"{share * 100:.0f} %"
