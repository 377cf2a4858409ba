"""What must be known of the whole store before a customer can be compared with it.

A ``Limit`` is computed over everyone (plugin/engine/cutoffs.py), kept under its key as a few numbers that
stand from their moment on, and read by rules (plugin/engine/relative.py).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b

from plugin.rules.print import print_rule, print_value
from plugin.rules.tree import Rule, Value


class Kind(StrEnum):
    """What the numbers of a limit are."""

    BANDS = "bands"
    """What a value must reach for 2, 3, … points, in this order."""
    TOP = "top"
    """The one value that must be reached."""
    BOTTOM = "bottom"
    """The one value that must not be exceeded."""
    AVERAGE = "average"
    """A fraction: its top and its bottom; nothing where there is no average."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A question to the whole store."""

    kind: Kind
    by: Value
    among: Rule | None = None
    amount: Decimal = Decimal(0)
    """BANDS: how many; TOP and BOTTOM: how many customers, or how many of a hundred."""
    percent: bool = False

    @property
    def key(self) -> str:
        """The name under which its numbers are kept."""
        among = "" if self.among is None else print_rule(self.among)
        said = f"{self.kind} {self.amount.normalize():f} {self.percent} {print_value(self.by)} AMONG {among}"
        return blake2b(said.encode(), digest_size=16).hexdigest()
