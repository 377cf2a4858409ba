"""Going over a tree. Trees are at most ``limits.DEPTH`` rules deep, so recursion is safe."""

from collections.abc import Iterator

from plugin.rules.tree import (
    Aggregate,
    And,
    AnyNode,
    Arithmetic,
    AtLeast,
    Between,
    Compare,
    Contains,
    In,
    InSegment,
    IsNull,
    Matches,
    Node,
    Not,
    Or,
    Rule,
)


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
        case Contains(value, text):
            return (value, text)
        case Matches(_, parameters):
            return parameters
        case Aggregate(where=where) if where is not None:
            return (where,)
        case _:
            return ()


def walk(node: AnyNode) -> Iterator[AnyNode]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def conditions(rule: Rule) -> Iterator[Rule]:
    """Every single question in the rule, those inside WHERE and MATCHES included.

    A MATCHES counts as one and each of its parameters as another.
    """
    leaves = (Compare, Between, In, IsNull, Contains, InSegment, Matches)
    for node in walk(rule):
        if isinstance(node, leaves):
            yield node


def depth(node: AnyNode) -> int:
    """How many rules stand inside one another; a single condition is 1."""
    below = max((depth(child) for child in children(node)), default=0)
    return below + (1 if is_rule(node) else 0)


def is_rule(node: Node) -> bool:
    """Whether the node is a yes-or-no question, not a value."""
    return isinstance(node, (And, Or, Not, AtLeast, Compare, Between, In, IsNull, Contains, InSegment, Matches))
