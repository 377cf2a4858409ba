"""The canonical text of a rule: ``parse(print_rule(rule)) == rule``."""

import re

from plugin.rules.fields import ROWS
from plugin.rules.literals import print_literal, print_number
from plugin.rules.tree import (
    Affixed,
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    AtLeast,
    Attribute,
    Banded,
    Between,
    Changed,
    Compare,
    Contains,
    DaysSince,
    Distance,
    In,
    InSegment,
    IsNull,
    Label,
    Literal,
    Matches,
    Not,
    Operation,
    Or,
    Previous,
    Quantified,
    Ranked,
    Relation,
    Rfm,
    RowField,
    Rule,
    SegmentDate,
    StoreAverage,
    TagDate,
    Text,
    Value,
)

_STRENGTH = {Operation.ADD: 1, Operation.SUBTRACT: 1, Operation.MULTIPLY: 2, Operation.DIVIDE: 2}
_PLAIN_KEY = re.compile(r"[a-z0-9_-]+", re.IGNORECASE)


def print_rule(rule: Rule) -> str:
    """The rule in the 2026-10 spelling, keywords in capitals, brackets only where they matter."""
    match rule:
        case And(parts):
            return " AND ".join(_inside(part, (And, Or)) for part in parts)
        case Or(parts):
            return " OR ".join(_inside(part, (Or,)) for part in parts)
        case Not(part):
            return f"NOT ({print_rule(part)})"
        case AtLeast(count, parts):
            return f"AT LEAST {count} OF ({', '.join(print_rule(part) for part in parts)})"
        case InSegment(name, negated):
            return f"{_not(negated)}IN SEGMENT {_quoted(name)}"
        case Quantified(quantifier, rows):
            return f"{quantifier}({_selection(rows)})"
        case Ranked(place, amount, percent, by, among):
            places = f"{print_number(amount)}{'%' if percent else ''}"
            return f"{place} {places} BY {print_value(by)}{_among(among)}"
        case Matches(function, parameters, negated):
            inside = ", ".join(print_rule(parameter) for parameter in parameters)
            return f"{function} {_not(negated)}MATCHES ({inside})"
        case _:
            return _condition(rule)


def print_value(value: Value) -> str:
    """The value as it stands in a rule."""
    match value:
        case Attribute(name):
            return _attribute(name)
        case RowField(name, key):
            return name if key is None else f"{name}({_quoted(key)})"
        case Aggregate():
            return f"{value.function}({_selection(value)})"
        case Arithmetic(left, operation, right):
            strength = _STRENGTH[operation]
            return f"{_operand(left, strength)} {operation} {_operand(right, strength + 1)}"
    return _call(value)


def _call(value: Value) -> str:
    """What is written as a function, and literals."""
    match value:
        case Previous(of):
            return f"previous({print_value(of)})"
        case Changed(of):
            return f"changed({print_value(of)})"
        case DaysSince(of):
            return f"days_since({print_value(of)})"
        case Anniversary(of):
            return f"anniversary({print_value(of)})"
        case TagDate(tag):
            return f"tag_date({_quoted(tag)})"
        case SegmentDate(passage, name):
            return f"{passage}({_quoted(name)})"
        case Label(name):
            return f"label({_quoted(name)})"
        case Distance(latitude, longitude, unit, anywhere):
            place = f"{print_number(latitude)}, {print_number(longitude)}"
            return f"distance_{unit}({place}{', any' if anywhere else ''})"
        case Banded(bands, by, among):
            return f"score({bands} BY {print_value(by)}{_among(among)})"
        case StoreAverage(of, among):
            return f"store_average({print_value(of)}{_among(among)})"
        case Rfm(score, window):
            return score if window is None else f"{score}({print_literal(window)})"
    if isinstance(value, Literal):
        return print_literal(value)
    raise TypeError(f"not a value: {value!r}")


def _attribute(name: str) -> str:
    """Keys of the store's own that are no plain word stand in quotes."""
    family, _, key = name.partition(".")
    if family == "attributes" and not _PLAIN_KEY.fullmatch(key):
        return f"attribute({_quoted(key)})"
    return name


def _inside(rule: Rule, brackets: tuple[type, ...]) -> str:
    text = print_rule(rule)
    return f"({text})" if isinstance(rule, brackets) else text


def _not(negated: bool) -> str:
    return "NOT " if negated else ""


def _quoted(text: str) -> str:
    return print_literal(Text(text))


def _among(rule: Rule | None) -> str:
    return "" if rule is None else f" AMONG ({print_rule(rule)})"


def _condition(rule: Rule) -> str:
    match rule:
        case Compare(left, op, right):
            return f"{print_value(left)} {op} {print_value(right)}"
        case Between(value, low, high):
            return f"{print_value(value)} BETWEEN {print_value(low)} AND {print_value(high)}"
        case In(value, options, negated):
            listed = ", ".join(print_literal(option) for option in options)
            return f"{print_value(value)} {_not(negated)}IN ({listed})"
        case IsNull(value, negated):
            return f"{print_value(value)} IS {_not(negated)}NULL"
        case Contains(value, text, negated):
            return f"{print_value(value)} {_not(negated)}CONTAINS {print_literal(text)}"
        case Affixed(value, affix, text, negated):
            return f"{print_value(value)} {_not(negated)}{affix} {print_literal(text)}"
    raise TypeError(f"not a condition: {rule!r}")


def _operand(value: Value, strength: int) -> str:
    """Brackets where arithmetic of less strength would otherwise come apart."""
    text = print_value(value)
    weak = isinstance(value, Arithmetic) and _STRENGTH[value.operation] < strength
    return f"({text})" if weak else text


def _selection(value: Aggregate) -> str:
    """What stands in the brackets of an aggregate: relation, slice, state, rows, WHERE, HAVING."""
    words: list[str] = []
    if value.relation is not None:
        words.append(value.relation)
    if value.slice is not None:
        words.append(f"{value.slice.end} {value.slice.rows}")
    if value.relation is not Relation.ITS and value.state is not ROWS[value.source].default:
        words.append(value.state)
    words.append(value.source + (f".{value.measure}" if value.measure else ""))
    where = f" WHERE {print_rule(value.where)}" if value.where else ""
    having = f" HAVING {print_rule(value.having)}" if value.having else ""
    return f"{' '.join(words)}{where}{having}"
