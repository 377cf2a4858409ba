"""What a query costs, before it is run and after.

A scalar is free, an object costs 1, a mutation 10. A connection costs its node times a size that
grows slowly with ``first``: 1.5 · log₂(n + 1), rounded up, which gives the 156 points reported for
250 orders with 250 line items each. The platform does not publish the curve; ``nodes`` counts each id.
What ``@include`` or ``@skip`` leaves out is not part of the query and costs nothing.
"""

import math
from collections.abc import Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_argument_values,
    get_directive_values,
    get_named_type,
    is_leaf_type,
)

MOST = 1000
MUTATION = 10
ASSUMED = object()
"""Instead of data: the query has not been run, lists are as long as they may be."""


class Meter:
    """Reckons one operation with its variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        variables: Any,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self._variables = variables

    def cost(self, data: Any = ASSUMED) -> int:
        """The requested cost, or with the answer's ``data`` the actual one."""
        if self._operation.operation is OperationType.MUTATION:
            return MUTATION * len(self._operation.selection_set.selections)
        root = self._schema.query_type
        return self._fields(self._operation.selection_set, root, data)

    def _fields(self, selection: SelectionSetNode | None, kind: Any, data: Any) -> int:
        if selection is None or data is None:
            return 0
        common, alternatives = 0, [0]
        for node in selection.selections:
            if self._left_out(node):
                continue
            if isinstance(node, FieldNode):
                common += self._field(node, kind, data)
                continue
            condition, inner = self._fragment(node)
            cost = self._fields(inner, condition or kind, data)
            if isinstance(kind, GraphQLObjectType) or condition is None:
                common += cost
            else:
                alternatives.append(cost)
        return common + max(alternatives)

    def _field(self, node: FieldNode, kind: Any, data: Any) -> int:
        name = node.name.value
        fields = kind.fields if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else {}
        if name not in fields:
            return 0
        field = fields[name]
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            return 0
        value = data if data is ASSUMED else (data or {}).get(node.alias.value if node.alias else name)
        if value is None:
            return 0
        if inner.name.endswith("Connection"):
            return self._connection(node, field, inner, value)
        if inner.name in {"PageInfo"}:
            return 0
        if isinstance(value, list):
            return sum(1 + self._fields(node.selection_set, inner, item) for item in value if item is not None)
        each = 1 + self._fields(node.selection_set, inner, value)
        return each * self._length(node, field, name)

    def _connection(self, node: FieldNode, field: Any, kind: Any, value: Any) -> int:
        cost = 0
        for part in self._flat(node.selection_set):
            name = part.name.value
            if name not in {"edges", "nodes"}:
                continue
            key = part.alias.value if part.alias else name
            item_kind = get_named_type(kind.fields[name].type)
            items = None if value is ASSUMED else value.get(key) or []
            each = [ASSUMED] if items is None else items
            costs = [self._item(part, item_kind, item, edge=name == "edges") for item in each]
            length = self._length(node, field, "") if items is None else len(items)
            cost += _size(length) * max(costs, default=0)
        return cost

    def _item(self, part: FieldNode, kind: Any, item: Any, *, edge: bool) -> int:
        if not edge:
            return 1 + self._fields(part.selection_set, kind, item)
        return self._fields(part.selection_set, kind, item)

    def _length(self, node: FieldNode, field: Any, name: str) -> int:
        arguments = get_argument_values(field, node, self._variables)
        if name == "nodes":
            return len(arguments.get("ids") or ())
        if name:
            return _size(arguments["first"]) if arguments.get("first") else 1
        return int(arguments.get("first") or arguments.get("last") or 0)

    def _left_out(self, node: Any) -> bool:
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        return bool((include and not include["if"]) or (skip and skip["if"]))

    def _fragment(self, node: Any) -> tuple[Any, SelectionSetNode]:
        if isinstance(node, FragmentSpreadNode):
            fragment = self._fragments[node.name.value]
            return self._schema.type_map[fragment.type_condition.name.value], fragment.selection_set
        inline: InlineFragmentNode = node
        condition = inline.type_condition
        return (self._schema.type_map[condition.name.value] if condition else None), inline.selection_set

    def _flat(self, selection: SelectionSetNode | None) -> Iterator[FieldNode]:
        for node in selection.selections if selection else ():
            if self._left_out(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            else:
                yield from self._flat(self._fragment(node)[1])


def _size(length: int) -> int:
    return math.ceil(1.5 * math.log2(length + 1))
