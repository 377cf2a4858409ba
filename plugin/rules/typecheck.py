"""Whether the parts of a rule fit together: no date is compared with a number, no list with ``=``.

What passes here can be evaluated exactly; the engine meets no surprise.
"""

from collections.abc import Iterator

from plugin.rules import fields, limits, moving
from plugin.rules.age import is_age
from plugin.rules.compared import Comparing, within
from plugin.rules.fields import NUMERIC, Operator, Type
from plugin.rules.literals import print_literal
from plugin.rules.nouns import NOUNS
from plugin.rules.print import print_value
from plugin.rules.problems import Problem, nearest
from plugin.rules.scope import CUSTOMER, ParameterScope, RowScope, Scope
from plugin.rules.tree import (
    Affixed,
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    AtLeast,
    Banded,
    Between,
    Compare,
    Contains,
    DaysSince,
    Distance,
    Duration,
    In,
    IsNull,
    Label,
    Literal,
    Matches,
    Not,
    Number,
    Or,
    Previous,
    Quantified,
    Ranked,
    RelativeDay,
    RelativeExact,
    Rfm,
    Rule,
    StoreAverage,
    Text,
    Value,
)
from plugin.rules.typed import field_of, type_of
from plugin.rules.walk import conditions, depth, filters, walk

__all__ = ["problems", "type_of"]


def problems(rule: Rule) -> tuple[Problem, ...]:
    """Everything that does not fit, in the order of the text; empty for a sound rule."""
    return (*_too_large(rule), *_rule(rule, CUSTOMER))


def _too_large(rule: Rule) -> Iterator[Problem]:
    count = sum(1 for _ in conditions(rule))
    if count > limits.CONDITIONS:
        yield Problem(f"This rule has {count} conditions; {limits.CONDITIONS} is the most.", rule.span)
    deep = depth(rule)
    if deep > limits.DEPTH:
        yield Problem(f"This rule is {deep} levels deep; {limits.DEPTH} is the most.", rule.span)
    nested = filters(rule)
    if nested > limits.FILTERS:
        message = f"Here {nested} filters stand inside one another; {limits.FILTERS} is the most."
        yield Problem(message, rule.span)


# --- rules ----------------------------------------------------------------------------------------


def _rule(rule: Rule, scope: Scope) -> Iterator[Problem]:
    match rule:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _rule(part, scope)
        case Not(part):
            yield from _rule(part, scope)
        case Matches(function, parameters):
            for parameter in parameters:
                yield from _rule(parameter, ParameterScope(fields.FUNCTIONS[function]))
        case Quantified(_, rows):
            yield from _value(rows, scope)
        case Ranked(by=by, among=among):
            yield from _ranking(by, among)
        case _:
            yield from _condition(rule, scope)


def _condition(rule: Rule, scope: Scope) -> Iterator[Problem]:
    match rule:
        case Compare(left, op, right):
            yield from _pairs(((left, right),), scope, Operator(op), rule)
        case Between(value, low, high):
            yield from _pairs(((value, low), (value, high)), scope, Operator.BETWEEN, rule)
        case In(value, options):
            yield from _pairs(tuple((value, option) for option in options), scope, Operator.IN, rule)
        case IsNull(value) if isinstance(value, Literal):
            yield Problem("A fixed value is never missing.", value.span)
        case IsNull(value):
            yield from _value(value, scope)
        case Contains(value):
            yield from _searched(rule, value, Operator.CONTAINS, scope)
        case Affixed(value, affix):
            yield from _searched(rule, value, Operator(affix), scope)


def _pairs(pairs: tuple[tuple[Value, Value], ...], scope: Scope, operator: Operator, rule: Rule) -> Iterator[Problem]:
    """Each side by itself, then whether they may meet under this operator."""
    seen: list[Value] = []
    below: list[Problem] = []
    for side in (side for pair in pairs for side in pair):
        if not any(side is other for other in seen):
            below += _value(side, scope)
            seen.append(side)
    yield from below
    if not below:
        for left, right in pairs:
            yield from Comparing(left, right, operator, rule, scope).problems()


def _searched(rule: Contains | Affixed, value: Value, operator: Operator, scope: Scope) -> Iterator[Problem]:
    """CONTAINS and its like look into texts and lists."""
    below = list(_value(value, scope))
    yield from below
    if below:
        return
    kind = type_of(value, scope)
    if operator not in fields.OPERATORS[kind]:
        name = print_value(value)
        sign = "!=" if rule.negated else "="
        cure = f"{name} {sign} '{rule.text.value}'" if kind is Type.CHOICE else None
        message = f"{operator} looks into a text or a list; `{name}` is {NOUNS[kind]}."
        yield Problem(message, rule.span, tuple(sorted(fields.OPERATORS[kind])), cure)
    elif operator is Operator.CONTAINS:
        yield from _listed(value, rule.text, scope)


def _listed(value: Value, text: Text, scope: Scope) -> Iterator[Problem]:
    """A list of choices is only asked for one of them."""
    known = field_of(value, scope)
    choices = {choice.lower(): print_literal(Text(choice)) for choice in known.choices} if known else {}
    if choices and text.value.lower() not in choices:
        close = nearest(text.value, choices)
        message = f"`{print_value(value)}` never contains {print_literal(text)}."
        yield Problem(message, text.span, tuple(choices.values()), choices[close] if close else None)


def _ranking(by: Value, among: Rule | None, average: bool = False) -> Iterator[Problem]:
    """What customers are ranked by is a number of each, and who is ranked needs no ranking."""
    below = list(_value(by, CUSTOMER))
    yield from below
    kinds = NUMERIC if average else NUMERIC | {Type.DATE}
    if isinstance(by, Literal):
        yield Problem("A fixed value is the same for everybody.", by.span)
    elif not below and (is_age(by) or isinstance(by, (Anniversary, DaysSince)) or type_of(by, CUSTOMER) not in kinds):
        noun = "number" if average else "number or a date"
        yield Problem(f"This needs a {noun} of each customer; `{print_value(by)}` is none.", by.span)
    if among is not None:
        yield from _rule(among, CUSTOMER)
    for whole in (by, among):
        for node in walk(whole) if whole is not None else ():
            if isinstance(node, (Ranked, Banded, StoreAverage, Rfm)):
                yield Problem("A ranking can't rest on another ranking or average of the store.", node.span)


# --- values ---------------------------------------------------------------------------------------


def _value(value: Value, scope: Scope) -> Iterator[Problem]:
    """Problems inside one value."""
    match value:
        case Duration(count, unit):
            message = f"`{count}{unit}` is a length of time: it is added to a date, or has a sign."
            yield Problem(message, value.span, (f"-{count}{unit}", f"+{count}{unit}"), f"-{count}{unit}")
        case Arithmetic():
            yield from _arithmetic(value, scope)
        case Aggregate():
            yield from _aggregate(value, scope)
        case DaysSince(of) | Anniversary(of):
            yield from _dated(value, of, scope)
        case Previous(Label()) | Label() | Distance() | Rfm() if isinstance(scope, RowScope):
            yield Problem(f"`{print_value(value)}` belongs to the customer: ask outside the filter.", value.span)
        case Banded(by=by, among=among):
            if isinstance(scope, RowScope):
                yield Problem("A score belongs to the customer: ask outside the filter.", value.span)
            yield from _ranking(by, among)
        case StoreAverage(of, among):
            yield from _ranking(of, among, average=True)


def _aggregate(value: Aggregate, scope: Scope) -> Iterator[Problem]:
    inside = RowScope(fields.ROWS[value.source], scope if isinstance(scope, RowScope) else None)
    for rule in (value.where, value.having):
        if rule is not None:
            yield from _rule(rule, inside)


def _dated(value: DaysSince | Anniversary, of: Value, scope: Scope) -> Iterator[Problem]:
    """A date of the customer or of a row, which does not move by itself."""
    below = list(_value(of, scope))
    yield from below
    if below:
        return
    if type_of(of, scope) is not Type.DATE or isinstance(of, (Anniversary, Literal)):
        message = f"This takes a date of the customer, such as `first_order_date`; `{print_value(of)}` is none."
        yield Problem(message, of.span or value.span)
    elif moving.moves(of):
        yield Problem(f"`{print_value(of)}` moves by itself; this takes a date that stands still.", of.span)


def _arithmetic(value: Arithmetic, scope: Scope) -> Iterator[Problem]:
    if isinstance(value.right, Duration):
        yield from _shifted(value, scope)
        return
    for side in (value.left, value.right):
        below = list(_value(side, scope))
        yield from below
        if below:
            continue
        kind = type_of(side, scope)
        if kind is Type.DATE and type_of(value.left, scope) is Type.DATE:
            message = "Dates can't be subtracted from one another or added up: use days_since(…), or add a length."
            yield Problem(message, value.span, ("days_since(…)", "… + 30d"))
            return
        if is_age(side) or isinstance(side, DaysSince):
            message = f"`{print_value(side)}` is compared by itself: put the arithmetic on the other side."
            yield Problem(message, side.span)
        elif kind not in NUMERIC:
            yield Problem(f"Arithmetic takes numbers; `{print_value(side)}` is {NOUNS[kind]}.", side.span)
        elif isinstance(side, Number):
            yield from within(side)


def _shifted(value: Arithmetic, scope: Scope) -> Iterator[Problem]:
    """A date and a length of time."""
    base, length = value.left, value.right
    assert isinstance(length, Duration)  # The caller has looked.
    if value.operation not in ("+", "-"):
        yield Problem("A length of time is added to a date or taken from it.", value.span, ("+", "-"))
        return
    if isinstance(base, (RelativeDay, RelativeExact)):
        yield _relative(base, value, length)
        return
    below = list(_value(base, scope))
    yield from below
    if below:
        return
    if isinstance(base, (Literal, Anniversary)) or type_of(base, scope) is not Type.DATE:
        message = f"A length of time is added to a date of the customer; `{print_value(base)}` is none."
        yield Problem(message, base.span or value.span)


def _relative(base: RelativeDay | RelativeExact, value: Arithmetic, length: Duration) -> Problem:
    sign = 1 if value.operation == "+" else -1
    cure = None
    if base.count == 0 or base.unit is length.unit:
        cure = f"{base.count + sign * length.count:+d}{length.unit}"
    message = f"`{print_value(base)}` is counted from today already: write it as one."
    return Problem(message, value.span, ("-30d", "+3d"), cure)
