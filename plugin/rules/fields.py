"""The catalogue: every name a rule may use, its type, and which facts it reads.

A name is added in ``plugin/rules/catalogue`` and nowhere else in the language; the engine says how to
compute it. Names of the store's own, ``metafields.ns.key`` and ``attributes.name``, have the type of what
the rule compares them with.
"""

from dataclasses import replace

from plugin.rules.catalogue.attributes import ATTRIBUTES, CONSENT_STATES, RFM_GROUPS
from plugin.rules.catalogue.orders import LINES, ORDERS, REFUNDS
from plugin.rules.catalogue.others import ADDRESSES, ANSWERS, CHECKOUTS, CREDITS, EVENTS
from plugin.rules.catalogue.shopify import FUNCTIONS, OLDER_FUNCTIONS
from plugin.rules.kinds import (
    NUMERIC,
    OPERATORS,
    Facts,
    Field,
    Matching,
    Operator,
    Parameter,
    Part,
    Rows,
    ShopifyFunction,
    Type,
    takes,
)
from plugin.rules.tree import Attribute, Source

__all__ = [
    "ATTRIBUTES",
    "CONSENT_STATES",
    "DYNAMIC",
    "FUNCTIONS",
    "KINDS",
    "LINES",
    "NUMERIC",
    "OLDER_FUNCTIONS",
    "OPERATORS",
    "ORDERS",
    "ORDER_KEY",
    "OWN",
    "REFUNDS",
    "RFM_GROUPS",
    "ROWS",
    "Facts",
    "Field",
    "Matching",
    "Operator",
    "Parameter",
    "Part",
    "Rows",
    "ShopifyFunction",
    "Type",
    "attribute",
    "choice",
    "is_dynamic",
    "kind_beside",
    "takes",
]

ROWS: dict[Source, Rows] = {
    rows.source: rows for rows in (ORDERS, LINES, REFUNDS, ANSWERS, EVENTS, CHECKOUTS, CREDITS, ADDRESSES)
}

ORDER_KEY = "order_id"
"""The measure that COUNT_DISTINCT takes over lines: how many orders they stand in."""

OWN = "attributes."
"""How names of free attributes begin."""
DYNAMIC = {"metafields.": Facts.METAFIELDS, OWN: Facts.ATTRIBUTES}
"""Families of names of the store's own."""

KINDS = ("number", "text", "date", "truth", "list")
"""What ``Attribute.kind`` of a dynamic name may be. ``list`` is what CONTAINS and its like ask: of a list any
element, of a text the text itself."""


def is_dynamic(name: str) -> bool:
    """Whether the name's type is what the rule compares it with."""
    return name.startswith(tuple(DYNAMIC)) or (name in ATTRIBUTES and ATTRIBUTES[name].dynamic)


def attribute(asked: Attribute) -> Field | None:
    """The catalogue's entry of the attribute as it is asked; None if there is none of that name."""
    known = ATTRIBUTES.get(asked.name)
    family = next((family for family in DYNAMIC if asked.name.startswith(family)), None)
    if family == "metafields." and asked.name.count(".") < 2:
        return None  # It has no key.
    if family is not None:
        label = asked.name.removeprefix(family)
        shopify = family == "metafields."
        known = Field(
            asked.name, Type.TEXT, label, frozenset({DYNAMIC[family]}), shopify=shopify, dated=True, dynamic=True
        )
    if known is None or not known.dynamic:
        return known
    return replace(known, type=Type(asked.kind or "text"))


def choice(value: str) -> str:
    """One of a field's choices in small words: NOT_SUBSCRIBED is "not subscribed"."""
    return value.replace("_", " ").lower()


def kind_beside(other: Type) -> str:
    """The kind of a dynamic name that is compared with a value of that type."""
    match other:
        case Type.NUMBER | Type.MONEY | Type.ID:
            return "number"
        case Type.DATE:
            return "date"
        case Type.TRUTH:
            return "truth"
        case Type.LIST:
            return "list"
    return "text"
