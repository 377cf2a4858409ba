"""The schema, bound to the functions that answer its fields."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_abstract_type,
)

from sandbox import moments
from sandbox.admin_api import (
    customer_fields,
    extra_fields,
    metafields,
    mutations,
    order_fields,
    queries,
    segments,
    shop_fields,
)
from sandbox.admin_api.asking import ApiError, Asking, FieldFunction
from sandbox.admin_api.money_fields import Of
from sandbox.store.bulk import BulkOperation
from sandbox.store.customer import Customer
from sandbox.store.extras import Checkout, CreditAccount, CreditMove, Dispute
from sandbox.store.metafield import Definition, Metafield
from sandbox.store.order import Line, Order, Refund, Transaction
from sandbox.store.product import Collection, Product
from sandbox.store.segment import Segment
from sandbox.store.subscription import Subscription

SDL = Path(__file__).parent.parent / "schema.graphql"
FIELDS: dict[tuple[str, str], FieldFunction] = {
    **customer_fields.FIELDS,
    **extra_fields.FIELDS,
    **order_fields.FIELDS,
    **shop_fields.FIELDS,
    **queries.FIELDS,
    **mutations.FIELDS,
    **metafields.FIELDS,
    **segments.FIELDS,
}
TYPE_NAMES: dict[type[Any], str] = {
    BulkOperation: "BulkOperation",
    Collection: "Collection",
    Customer: "Customer",
    Checkout: "AbandonedCheckout",
    CreditAccount: "StoreCreditAccount",
    CreditMove: "StoreCreditAccountCreditTransaction",
    Definition: "MetafieldDefinition",
    Dispute: "ShopifyPaymentsDispute",
    Line: "LineItem",
    Metafield: "Metafield",
    Order: "Order",
    Product: "Product",
    Refund: "Refund",
    Segment: "Segment",
    Subscription: "WebhookSubscription",
    Transaction: "OrderTransaction",
}


@cache
def the_schema() -> GraphQLSchema:
    """The schema, made once."""
    schema = build_schema(SDL.read_text(encoding="utf-8"), assume_valid=True)
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            _bind(kind)
        elif isinstance(kind, GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                field.out_name = snake(field_name)
        elif isinstance(kind, GraphQLScalarType) and name in SCALARS:
            _write(kind, SCALARS[name])
        elif is_abstract_type(kind):
            kind.resolve_type = _type_name
    return schema


def function_of(type_name: str, field_name: str) -> FieldFunction:
    """What answers this field: a function of its own, else the attribute of the same name."""
    own = FIELDS.get((type_name, field_name))
    if own is not None:
        return own
    name = snake(field_name)

    def attribute(source: Any, asking: Asking) -> Any:
        return source[name] if isinstance(source, dict) else getattr(source, name)

    return attribute


def snake(name: str) -> str:
    """``countryCodeV2`` as Python writes it: ``country_code_v2``."""
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def _bind(kind: GraphQLObjectType) -> None:
    for name, field in kind.fields.items():
        for argument_name, argument in field.args.items():
            argument.out_name = snake(argument_name)
        function = function_of(kind.name, name)
        field.extensions["function"] = function
        scope = queries.SCOPE_OF.get(name) if kind.name in {"QueryRoot", "Mutation"} else None
        field.resolve = _resolver(function, scope)


def _resolver(function: FieldFunction, scope: str | None) -> Callable[..., Any]:
    def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        asking: Asking = info.context
        if scope and scope not in _granted(asking.shop.scopes):
            raise ApiError(f"Access denied. Required access: `{scope}` access scope.", "ACCESS_DENIED")
        return function(source, asking, **arguments)

    return resolve


def _granted(scopes: tuple[str, ...]) -> set[str]:
    """The scopes, and the reading that writing implies."""
    return {*scopes, *(scope.replace("write_", "read_") for scope in scopes)}


def _type_name(value: Any, info: GraphQLResolveInfo[Any], kind: Any) -> str:
    if isinstance(value, dict):
        return str(value["__typename"])
    return TYPE_NAMES[type(value.part if isinstance(value, Of) else value)]


def _write(scalar: GraphQLScalarType, function: Callable[[Any], Any]) -> None:
    scalar.coerce_output_value = function
    scalar.serialize = function  # type: ignore[method-assign, assignment]


def _moment(value: datetime) -> str:
    return moments.zulu(value)


def _decimal(value: Decimal) -> str:
    """``129.0``, ``19.99``: no needless zeros, but always one place."""
    text = f"{value:f}"
    whole, _, places = text.partition(".")
    return f"{whole}.{places.rstrip('0') or '0'}"


SCALARS: dict[str, Callable[[Any], Any]] = {
    "DateTime": _moment,
    "Decimal": _decimal,
    "Money": lambda value: f"{value:.2f}",
    "UnsignedInt64": str,
    "URL": str,
}
