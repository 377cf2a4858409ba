"""The canonical text of a rule: ``parse(print_rule(rule)) == rule``."""

from plugin.rules.fields import ROWS
from plugin.rules.literals import print_literal
from plugin.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    Attribute,
    Between,
    Compare,
    Contains,
    In,
    InSegment,
    IsNull,
    Matches,
    Not,
    Operation,
    Or,
    RowField,
    Rule,
    Text,
    Value,
)

_STRENGTH = {Operation.ADD: 1, Operation.SUBTRACT: 1, Operation.MULTIPLY: 2, Operation.DIVIDE: 2}


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
            return f"{_not(negated)}IN SEGMENT {print_literal(Text(name))}"
        case Matches(function, parameters, negated):
            inside = ", ".join(print_rule(parameter) for parameter in parameters)
            return f"{function} {_not(negated)}MATCHES ({inside})"
        case _:
            return _condition(rule)


def print_value(value: Value) -> str:
    """The value as it stands in a rule."""
    match value:
        case Attribute(name) | RowField(name):
            return name
        case Aggregate():
            return _aggregate(value)
        case Arithmetic(left, operation, right):
            strength = _STRENGTH[operation]
            return f"{_operand(left, strength)} {operation} {_operand(right, strength + 1)}"
        case _:
            return print_literal(value)


def _inside(rule: Rule, brackets: tuple[type, ...]) -> str:
    text = print_rule(rule)
    return f"({text})" if isinstance(rule, brackets) else text


def _not(negated: bool) -> str:
    return "NOT " if negated else ""


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
    raise TypeError(f"not a condition: {rule!r}")


def _operand(value: Value, strength: int) -> str:
    """Brackets where arithmetic of less strength would otherwise come apart."""
    text = print_value(value)
    weak = isinstance(value, Arithmetic) and _STRENGTH[value.operation] < strength
    return f"({text})" if weak else text


def _aggregate(value: Aggregate) -> str:
    rows = ROWS[value.source]
    words = [f"{value.slice.end} {value.slice.rows}"] if value.slice else []
    if value.state is not rows.default:
        words.append(value.state)
    words.append(value.source + (f".{value.measure}" if value.measure else ""))
    where = f" WHERE {print_rule(value.where)}" if value.where else ""
    return f"{value.function}({' '.join(words)}{where})"
