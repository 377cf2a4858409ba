"""flask-smorest's blueprint, with types."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema

View = TypeVar("View", bound=Callable[..., Any])


class Routes(Blueprint):  # type: ignore[misc]
    """A part of the API; ``description`` goes into the OpenAPI document."""

    def get(self, rule: str) -> Callable[[View], View]:
        """Answers a GET."""
        return super().get(rule)  # type: ignore[no-any-return]

    def post(self, rule: str) -> Callable[[View], View]:
        """Answers a POST."""
        return super().post(rule)  # type: ignore[no-any-return]

    def put(self, rule: str) -> Callable[[View], View]:
        """Answers a PUT."""
        return super().put(rule)  # type: ignore[no-any-return]

    def patch(self, rule: str) -> Callable[[View], View]:
        """Answers a PATCH."""
        return super().patch(rule)  # type: ignore[no-any-return]

    def delete(self, rule: str) -> Callable[[View], View]:
        """Answers a DELETE."""
        return super().delete(rule)  # type: ignore[no-any-return]

    def asks(self, schema: type[Schema], location: str = "json") -> Callable[[View], View]:
        """What the request must carry; the view gets it as its first argument."""
        return super().arguments(schema, location=location)  # type: ignore[no-any-return]

    def answers(self, status: int, schema: type[Schema] | None = None) -> Callable[[View], View]:
        """What comes back."""
        return super().response(status, schema)  # type: ignore[no-any-return]
