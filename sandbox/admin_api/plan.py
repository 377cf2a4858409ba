"""A bulk query, turned into functions that write one thing as one line, and find the things below it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
    is_leaf_type,
)

from sandbox.admin_api.asking import Asking

MOST_CONNECTIONS = 5
DEEPEST = 2

Getter = Callable[[Any, Asking], Any]
Finder = Callable[[Asking], Iterable[Any]]
"""The things at the top of a bulk query."""


class InvalidBulkQuery(Exception):
    """The platform refuses to run this as a bulk query."""


@dataclass(slots=True)
class Plan:
    """How to write one thing: its own values by name, and the connections below it."""

    identify: Getter
    """The thing's id, asked for or not."""
    values: list[tuple[str, Getter]] = field(default_factory=list)
    below: list[tuple[Getter, "Plan"]] = field(default_factory=list)

    def line(self, thing: Any, asking: Asking) -> dict[str, Any]:
        """The thing's own line."""
        return {name: get(thing, asking) for name, get in self.values}

    def lines(self, thing: Any, asking: Asking, parent: str | None = None) -> Iterator[dict[str, Any]]:
        """The thing's line and those of all things below it; a child names its parent."""
        own = self.line(thing, asking)
        mine = self.identify(thing, asking)
        yield own | ({"__parentId": parent} if parent is not None else {})
        for get, plan in self.below:
            for child in get(thing, asking):
                yield from plan.lines(child, asking, mine)


class Planner:
    """Makes a plan of one query. It stands under the platform's rules for bulk queries."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._connections = 0

    def root(self, selection: SelectionSetNode) -> tuple[Finder, "Plan"]:
        """What finds the things at the top, and how to write each. Raises InvalidBulkQuery."""
        kind = self._schema.query_type
        fields = list(self._flat(selection, kind))
        if len(fields) != 1:
            raise InvalidBulkQuery("Bulk queries need exactly one top-level field.")
        node = fields[0]
        if kind is None or not _is_connection(kind.fields[node.name.value].type):
            raise InvalidBulkQuery("Bulk queries must contain at least one connection at the top.")
        get, plan = self._connection(node, kind, depth=1)
        return (lambda asking: get(None, asking)), plan

    def _connection(self, node: FieldNode, owner: Any, depth: int) -> tuple[Getter, Plan]:
        self._connections += 1
        if self._connections > MOST_CONNECTIONS:
            raise InvalidBulkQuery(f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections.")
        if depth > DEEPEST:
            message = f"Bulk queries cannot contain connections with a nesting depth greater than {DEEPEST}."
            raise InvalidBulkQuery(message)
        connection = get_named_type(owner.fields[node.name.value].type)
        selection, kind = self._node_selection(node, connection)
        if not any(interface.name == "Node" for interface in kind.interfaces):
            raise InvalidBulkQuery(f"Connection nodes must implement Node; {kind.name} doesn't.")
        plan = self._object(selection, kind, depth)
        get = self._getter(node, owner)
        return (lambda thing, asking: get(thing, asking).nodes), plan

    def _node_selection(self, node: FieldNode, connection: Any) -> tuple[SelectionSetNode, Any]:
        for part in self._flat(node.selection_set, connection):
            inner = get_named_type(connection.fields[part.name.value].type)
            if part.name.value == "nodes" and part.selection_set:
                return part.selection_set, inner
            if part.name.value == "edges":
                for below in self._flat(part.selection_set, inner):
                    if below.name.value == "node" and below.selection_set:
                        return below.selection_set, get_named_type(inner.fields["node"].type)
        raise InvalidBulkQuery("A connection needs edges { node { … } } or nodes { … }.")

    def _object(self, selection: SelectionSetNode, kind: Any, depth: int, *, listed: bool = False) -> Plan:
        plan = Plan(kind.fields["id"].extensions["function"] if "id" in kind.fields else _nobody)
        for node in self._flat(selection, kind):
            key = node.alias.value if node.alias else node.name.value
            if node.name.value == "__typename":
                name = kind.name
                plan.values.append((key, lambda thing, asking, name=name: name))  # type: ignore[misc]
                continue
            inner_type = kind.fields[node.name.value].type
            if _is_connection(inner_type):
                if listed:
                    message = "Queries that contain a connection field within a list field are not currently supported."
                    raise InvalidBulkQuery(message)
                plan.below.append(self._connection(node, kind, depth + 1))
                continue
            plan.values.append((key, self._value(plan, node, kind, depth, listed=listed)))
        return plan

    def _value(self, owner: Plan, node: FieldNode, kind: Any, depth: int, *, listed: bool) -> Getter:
        get = self._getter(node, kind)
        inner_type = kind.fields[node.name.value].type
        inner = get_named_type(inner_type)
        many = _is_list(inner_type)
        if is_leaf_type(inner):
            write = inner.serialize
            return lambda thing, asking: _each(get(thing, asking), write, many=many)
        if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType) or node.selection_set is None:
            raise InvalidBulkQuery(f"{node.name.value} can't be read in bulk here.")
        nested = self._object(node.selection_set, inner, depth, listed=listed or many)
        for below, plan in nested.below:
            owner.below.append((_through(get, below), plan))
        return lambda thing, asking: _each(get(thing, asking), lambda value: nested.line(value, asking), many=many)

    def _getter(self, node: FieldNode, kind: Any) -> Getter:
        field_type = kind.fields[node.name.value]
        function = field_type.extensions["function"]
        arguments = get_argument_values(field_type, node, None)
        if not arguments:
            return function  # type: ignore[no-any-return]
        return lambda thing, asking: function(thing, asking, **arguments)

    def _flat(self, selection: SelectionSetNode | None, kind: Any) -> Iterator[FieldNode]:
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                yield from self._flat(self._fragments[node.name.value].selection_set, kind)
            elif isinstance(node, InlineFragmentNode):
                yield from self._flat(node.selection_set, kind)


def _nobody(thing: Any, asking: Asking) -> None:
    """An object without an id is nobody's parent."""


def _each(value: Any, write: Callable[[Any], Any], *, many: bool) -> Any:
    if value is None:
        return None
    return [write(item) for item in value] if many else write(value)


def _through(outer: Getter, below: Getter) -> Getter:
    def get(thing: Any, asking: Asking) -> Any:
        between = outer(thing, asking)
        return () if between is None else below(between, asking)

    return get


def _is_connection(kind: Any) -> bool:
    return bool(get_named_type(kind).name.endswith("Connection"))


def _is_list(kind: Any) -> bool:
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        if isinstance(kind, GraphQLList):
            return True
        kind = kind.of_type
    return False
