"""Queries pasted from Shopify whose answer here can't be quite the one they have there."""

from collections.abc import Iterator

from plugin.rules.advice import Advice, Code
from plugin.rules.tree import Attribute, Compare, Contains, In, IsNull, Matches, RowField, Rule
from plugin.rules.walk import walk

GIVEN = (
    "Shopify works this out itself and tells no app. Here it is what was given to Regulars through its API or a file."
)
ATTRIBUTES = {
    "predicted_spend_tier": (GIVEN, "Rank customers by what they spent: TOP 10% BY sum(orders.net)."),
    "rfm_group": (GIVEN, "Use `rfm_segment`, which Regulars computes from the orders."),
}
PARAMETERS = {
    ("products_purchased", "tag"): (
        "Shopify looks at the tags a product has today; here they count as they were when it was bought.",
        "If today's tags are meant, ask for the products by id.",
    ),
    ("products_purchased", "category"): (
        "Shopify looks at the category a product has today; here it counts as it was when it was bought.",
        "If today's category is meant, ask for the products by id.",
    ),
}
OPENED = (
    "Shopify answers this from its own records, which no app can read. Here it is answered from the events that your "
    "tools send.",
    "Send these events to Regulars, or ask for orders instead.",
)


def look(rule: Rule) -> Iterator[Advice]:
    """Each difference once, where it shows first."""
    seen: set[str] = set()
    for node in walk(rule):
        for message, cure in _differs(node):
            if message not in seen:
                seen.add(message)
                yield Advice(Code.SHOPIFY_DIFFERS, message, cure, span=node.span)


def _differs(node: object) -> Iterator[tuple[str, str]]:
    match node:
        case Attribute(name) if name in ATTRIBUTES:
            yield ATTRIBUTES[name]
        case Matches(function, parameters):
            if function.startswith(("shopify_email.", "storefront")):
                yield OPENED
            for parameter in parameters:
                found = PARAMETERS.get((function, _parameter(parameter)))
                if found is not None:
                    yield found


def _parameter(rule: Rule) -> str:
    match rule:
        case Compare(left=RowField(name)):
            return name
        case In(value=RowField(name)) | IsNull(value=RowField(name)) | Contains(value=RowField(name)):
            return name
    return ""
