"""Who asks, and where: what every field function gets beside its object."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema

from sandbox.store.shop import Shop
from sandbox.world import World

FieldFunction = Callable[..., Any]
"""``(source, asking, **arguments)``: the value of one field."""


@dataclass(slots=True)
class Asking:
    """One request of the app to one shop."""

    world: World
    shop: Shop
    schema: GraphQLSchema
    version: str
    unbounded: bool = False
    """Within a bulk query connections are whole."""
    warnings: list[dict[str, Any]] = field(default_factory=list)
    """Of search queries, for ``extensions.search``."""


class ApiError(Exception):
    """Becomes a top-level error of the answer, with a code."""

    def __init__(self, message: str, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.extensions = {"code": code}
