"""Query texts, parsed and checked once and then remembered: an app sends the same few again and again."""

from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A query text that fits the schema."""

    node: DocumentNode
    operations: dict[str, OperationDefinitionNode]
    fragments: dict[str, FragmentDefinitionNode]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of this name, or the only one. Raises GraphQLError."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None or name not in self.operations:
            raise GraphQLError("No operation named " + repr(name))
        return self.operations[name]


class InvalidDocument(Exception):
    """The text is not a query, or not one of this schema."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@lru_cache(maxsize=512)
def read(schema: GraphQLSchema, text: str) -> Document:
    """The document of this text. Raises InvalidDocument."""
    try:
        node = parse(text)
    except GraphQLError as error:
        raise InvalidDocument([error]) from error
    errors = validate(schema, node)
    if errors:
        raise InvalidDocument(errors)
    definitions = node.definitions
    operations = [item for item in definitions if isinstance(item, OperationDefinitionNode)]
    return Document(
        node,
        {item.name.value if item.name else "": item for item in operations},
        {item.name.value: item for item in definitions if isinstance(item, FragmentDefinitionNode)},
    )


def label(operation: OperationDefinitionNode) -> str:
    """How the log of calls names it: its own name, or the fields of its root."""
    if operation.name:
        return operation.name.value
    fields = [item.name.value for item in operation.selection_set.selections if isinstance(item, FieldNode)]
    return ", ".join(fields)
