"""What a merchant saves: one rule, two rules with a grace, or ordered cases with labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from plugin.rules.fields import Facts
from plugin.rules.reads import reads
from plugin.rules.tree import Duration, Rule


class Kind(StrEnum):
    """The shapes of a definition."""

    RULE = "rule"
    TWO_SIDED = "two_sided"
    TIERS = "tiers"


@dataclass(frozen=True, slots=True)
class OneRule:
    """In while the rule holds."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class TwoSided:
    """A non-member is judged by ``join``, a member by ``stay``.

    A member leaves once ``stay`` has been false for longer than ``grace``; no grace is ``0d``.
    """

    join: Rule
    stay: Rule
    grace: Duration


@dataclass(frozen=True, slots=True)
class Case:
    """A label and who gets it."""

    label: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Tiers:
    """The label of the first case that holds, else the default, else none: at most one."""

    cases: tuple[Case, ...]
    default: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label there can be, in order, the default last."""
        return (*(case.label for case in self.cases), *((self.default,) if self.default else ()))


Definition = OneRule | TwoSided | Tiers


def kind_of(definition: Definition) -> Kind:
    """The shape of the definition."""
    match definition:
        case OneRule():
            return Kind.RULE
        case TwoSided():
            return Kind.TWO_SIDED
        case Tiers():
            return Kind.TIERS


def rules_of(definition: Definition) -> Iterator[tuple[str, Rule]]:
    """Every rule with the field it stands in: ``rule``, ``join``, ``stay``, ``cases.0.rule``."""
    match definition:
        case OneRule(rule):
            yield "rule", rule
        case TwoSided(join, stay):
            yield "join", join
            yield "stay", stay
        case Tiers(cases):
            for number, case in enumerate(cases):
                yield f"cases.{number}.rule", case.rule


def facts_of(definition: Definition) -> frozenset[Facts]:
    """The kinds of facts the definition reads: what must be known and fresh to answer it."""
    return frozenset().union(*(read.facts for _, rule in rules_of(definition) for read in reads(rule)))
