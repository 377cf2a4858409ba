"""Templates: segments to start from, by what a store owner wants to reach. The data stands in ``gallery``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from string import Formatter
from typing import Any

from plugin.domain.errors import Invalid
from plugin.rules import schema
from plugin.rules.describe import describe_definition
from plugin.rules.literals import print_literal
from plugin.rules.segment import Definition
from plugin.rules.speak import Speaker
from plugin.rules.tree import Text


class Goal(StrEnum):
    """What a store owner wants to reach; the sentence says it to them."""

    NEW = "win_new_customers"
    SECOND = "second_order"
    VIP = "vips"
    BACK = "win_back"
    WHOLESALE = "wholesale"
    GEOGRAPHY = "geography"
    OCCASION = "occasion"
    DISCOUNT = "discount_behaviour"
    RETURNS = "returns_risk"
    VALUES = "values_and_needs"

    @property
    def said(self) -> str:
        """In plain words."""
        return _TITLES[self]


_TITLES = {
    Goal.NEW: "Win new customers",
    Goal.SECOND: "Get the second order",
    Goal.VIP: "Keep the best",
    Goal.BACK: "Win back",
    Goal.WHOLESALE: "Wholesale and companies",
    Goal.GEOGRAPHY: "Places",
    Goal.OCCASION: "Occasions and seasons",
    Goal.DISCOUNT: "Discount behaviour",
    Goal.RETURNS: "Returns and risk",
    Goal.VALUES: "Values and needs",
}


class Kind(StrEnum):
    """What a parameter is."""

    NUMBER = "number"
    MONEY = "money"
    DAYS = "days"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A blank in a template's rules. ``least`` and ``most`` bound numbers; texts have 1 to ``most`` characters."""

    name: str
    label: str
    kind: Kind
    default: str
    least: Decimal | None = None
    most: Decimal | None = None

    def written(self, value: object) -> str:
        """The value as it stands in a rule. Raises Invalid with the parameter's name."""
        text = str(value).strip()
        if self.kind is Kind.TEXT:
            if not 1 <= len(text) <= (self.most or 100):
                raise Invalid(f"{self.label}: write 1 to {self.most or 100} characters.", field=self.name)
            return print_literal(Text(text))
        return self._number(text)

    def _number(self, text: str) -> str:
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        whole = self.kind is Kind.DAYS
        if not number.is_finite() or (whole and number != number.to_integral_value()):
            raise Invalid(f"{self.label}: write a {'whole ' if whole else ''}number.", field=self.name)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise Invalid(f"{self.label}: write a number from {self.least} to {self.most}.", field=self.name)
        return f"{number.to_integral_value() if whole else number:f}"


def number(name: str, label: str, default: str, least: str, most: str) -> Parameter:
    """A plain number."""
    return Parameter(name, label, Kind.NUMBER, default, Decimal(least), Decimal(most))


def money(name: str, label: str, default: str) -> Parameter:
    """An amount in the store's currency."""
    return Parameter(name, label, Kind.MONEY, default, Decimal(0), Decimal(10_000_000))


def days(name: str, label: str, default: int) -> Parameter:
    """A number of days."""
    return Parameter(name, label, Kind.DAYS, str(default), Decimal(1), Decimal(3_650))


def text(name: str, label: str, default: str) -> Parameter:
    """A text, put in quotes where it stands."""
    return Parameter(name, label, Kind.TEXT, default, None, Decimal(100))


@dataclass(frozen=True, slots=True)
class Template:
    """A segment with blanks. ``definition`` is the JSON of plugin/rules/schema.py with ``{name}`` for each blank."""

    id: str
    goal: Goal
    name: str
    purpose: str
    """For a store owner: who this is, and why one would care."""
    definition: Mapping[str, Any]
    tags: Mapping[str, str]
    """Suggested outputs, by label."""
    action: str
    kpi: str
    parameters: tuple[Parameter, ...] = field(default=())

    def filled(self, values: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The definition with these values in its blanks, defaults elsewhere. Raises Invalid."""
        given = dict(values or {})
        unknown = sorted(set(given) - {parameter.name for parameter in self.parameters})
        if unknown:
            raise Invalid(f"This template has no parameter {unknown[0]}.", field=unknown[0])
        written = {each.name: each.written(given.get(each.name, each.default)) for each in self.parameters}
        filled: dict[str, Any] = _put(self.definition, written)
        return filled

    def meant(self, values: Mapping[str, object] | None = None) -> Definition:
        """The definition, parsed. Raises Invalid and RuleError."""
        return schema.load(self.filled(values))

    def sentence(self, speaker: Speaker, values: Mapping[str, object] | None = None) -> str:
        """What it says in plain words."""
        return describe_definition(self.meant(values), speaker)


def one(rule: str) -> dict[str, Any]:
    """The definition of one rule."""
    return {"kind": "rule", "rule": rule}


def two_sided(join: str, stay: str, grace: str) -> dict[str, Any]:
    """The definition of a two-sided segment."""
    return {"kind": "two_sided", "join": join, "stay": stay, "grace": grace}


def tiers(cases: Mapping[str, str], default: str | None = None) -> dict[str, Any]:
    """The definition of tiers."""
    listed = [{"label": label, "rule": rule} for label, rule in cases.items()]
    return {"kind": "tiers", "cases": listed, "default": default}


def blanks(definition: object) -> Iterator[str]:
    """The names of the blanks in the definition's texts."""
    if isinstance(definition, Mapping):
        for below in definition.values():
            yield from blanks(below)
    elif isinstance(definition, list):
        for below in definition:
            yield from blanks(below)
    elif isinstance(definition, str):
        yield from (name for _, name, _, _ in Formatter().parse(definition) if name)


def _put(value: Any, written: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _put(below, written) for key, below in value.items()}
    if isinstance(value, list):
        return [_put(below, written) for below in value]
    return value.format_map(written) if isinstance(value, str) else value
