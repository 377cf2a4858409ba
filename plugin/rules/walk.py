"""Going over a tree. Trees are at most ``limits.DEPTH`` rules deep, so recursion is safe."""

from collections.abc import Iterator

from plugin.rules.tree import (
    Affixed,
    Aggregate,
    And,
    Anniversary,
    AnyNode,
    Arithmetic,
    AtLeast,
    Banded,
    Between,
    Changed,
    Compare,
    Contains,
    DaysSince,
    In,
    InSegment,
    IsNull,
    Matches,
    Node,
    Not,
    Or,
    Previous,
    Quantified,
    Ranked,
    Rule,
    StoreAverage,
)

_LEAVES = (Compare, Between, In, IsNull, Contains, Affixed, Quantified, Ranked, InSegment, Matches)
_RULES = (And, Or, Not, AtLeast, *_LEAVES)


def children(node: AnyNode) -> tuple[AnyNode, ...]:
    """The nodes directly below, in the order of the text."""
    match node:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            return parts
        case Not(part):
            return (part,)
        case Compare(left, _, right) | Arithmetic(left, _, right):
            return (left, right)
        case Between(value, low, high):
            return (value, low, high)
        case In(value, options):
            return (value, *options)
        case IsNull(value):
            return (value,)
        case Contains(value, text) | Affixed(value, _, text):
            return (value, text)
        case Quantified(_, rows):
            return (rows,)
        case Ranked(by=by, among=among) | Banded(by=by, among=among) | StoreAverage(by, among):
            return (by,) if among is None else (by, among)
        case Matches(_, parameters):
            return parameters
    return _below_value(node)


def _below_value(node: AnyNode) -> tuple[AnyNode, ...]:
    match node:
        case Aggregate(where=where, having=having):
            return tuple(rule for rule in (where, having) if rule is not None)
        case Previous(of) | Changed(of) | DaysSince(of) | Anniversary(of):
            return (of,)
        case _:
            return ()


def walk(node: AnyNode) -> Iterator[AnyNode]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def conditions(rule: Rule) -> Iterator[Rule]:
    """Every single question in the rule, those inside WHERE, HAVING, AMONG and MATCHES included.

    A MATCHES counts as one and each of its parameters as another; so does any(…) and its filter.
    """
    for node in walk(rule):
        if isinstance(node, _LEAVES):
            yield node


def depth(node: AnyNode) -> int:
    """How many rules stand inside one another; a single condition is 1."""
    below = max((depth(child) for child in children(node)), default=0)
    return below + (1 if is_rule(node) else 0)


def is_rule(node: Node) -> bool:
    """Whether the node is a yes-or-no question, not a value."""
    return isinstance(node, _RULES)


def filters(node: AnyNode) -> int:
    """How many filters stand inside one another: of ``count(orders WHERE count(its lines WHERE …) > 0)`` 2."""
    below = max((filters(child) for child in children(node)), default=0)
    return below + (1 if isinstance(node, Aggregate) and (node.where or node.having) is not None else 0)
