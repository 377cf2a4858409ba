"""Which of our rules Shopify's own segments can say and mean the same (docs/rules.md, Same name, which meaning).

It says yes only to what is listed here. Not listed on purpose: product tags and categories (ours are those of the
day of the order, Shopify's those of today), abandoned checkouts (ours of every channel), predictions (ours may be
told by others), languages and cities (matched in another way), everything of our own.
"""

from plugin.rules.print import print_rule
from plugin.rules.segment import Definition, OneRule
from plugin.rules.tree import (
    And,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    Day,
    IsNull,
    Literal,
    Matches,
    Number,
    Or,
    RelativeDay,
    RowField,
    Rule,
    Text,
    Value,
)

CLAUSES = 10
"""Shopify takes no more."""
NUMBERS = frozenset({"number_of_orders", "amount_spent"})
DATES = frozenset({"first_order_date", "last_order_date", "customer_added_date"})
CHOICES = {
    "email_subscription_status": frozenset(
        {"NOT_SUBSCRIBED", "PENDING", "REDACTED", "SUBSCRIBED", "UNSUBSCRIBED", "INVALID"}
    ),
    "sms_subscription_status": frozenset({"NOT_SUBSCRIBED", "PENDING", "REDACTED", "SUBSCRIBED", "UNSUBSCRIBED"}),
    "customer_account_status": frozenset({"DECLINED", "DISABLED", "ENABLED", "INVITED"}),
}
LISTS = frozenset({"customer_tags", "customer_countries", "customer_regions"})
FUNCTIONS = {
    "orders_placed": {"date": DATES, "amount": NUMBERS, "count": NUMBERS, "sum_amount": NUMBERS},
    "products_purchased": {"date": DATES, "quantity": NUMBERS, "sum_quantity": NUMBERS, "count": NUMBERS},
}
"""Parameters, and what kind of value each takes; ids are equal to a number."""
IDS = {"orders_placed": frozenset({"location_id", "app_id"}), "products_purchased": frozenset({"id"})}


def of_rule(definition: Definition) -> str | None:
    """The query that means exactly what the definition does; None where there is none."""
    if not isinstance(definition, OneRule) or not _says(definition.rule) or _clauses(definition.rule) > CLAUSES:
        return None
    return print_rule(definition.rule)


def of_tags(tags: tuple[str, ...]) -> str | None:
    """The query for whoever carries one of these tags; None where there are none, or too many."""
    if not tags or len(tags) > CLAUSES:
        return None
    parts = tuple(Contains(Attribute("customer_tags"), Text(tag)) for tag in tags)
    return print_rule(parts[0] if len(parts) == 1 else Or(parts))


def _clauses(rule: Rule) -> int:
    return sum(map(_clauses, rule.parts)) if isinstance(rule, And | Or) else 1


def _says(rule: Rule) -> bool:
    match rule:
        case And(parts) | Or(parts):
            return all(map(_says, parts))
        case Compare(Attribute(name), op, right):
            return _compares(name, op, right)
        case Between(Attribute(name), low, high):
            return _is(name, low) and _is(name, high)
        case Contains(Attribute(name), Text()):
            return name in LISTS
        case IsNull(Attribute(name)):
            return name in LISTS | DATES | {"customer_email_domain"}
        case Matches(function, parameters):
            return function in FUNCTIONS and all(_parameter(function, each) for each in parameters)
        case _:
            return False


def _compares(name: str, op: Comparison, right: Value) -> bool:
    if name in CHOICES:
        return isinstance(right, Text) and right.value in CHOICES[name] and op in (Comparison.EQ, Comparison.NE)
    if name == "customer_email_domain":
        return isinstance(right, Text) and op in (Comparison.EQ, Comparison.NE)
    return _is(name, right)


def _is(name: str, value: Value) -> bool:
    """Whether this is a number for a number, a whole day for a date."""
    kinds: tuple[type[Literal], ...] = (Day, RelativeDay) if name in DATES else (Number,)
    return name in DATES | NUMBERS and isinstance(value, kinds)


def _parameter(function: str, parameter: Rule) -> bool:
    kinds = FUNCTIONS[function]
    match parameter:
        case Compare(RowField(name), Comparison.EQ, Number()) if name in IDS[function]:
            return True
        case Compare(RowField(name), _, value) if name in kinds:
            return _fits(kinds[name] is DATES, value)
        case Between(RowField(name), low, high) if name in kinds:
            return _fits(kinds[name] is DATES, low) and _fits(kinds[name] is DATES, high)
        case _:
            return False


def _fits(is_date: bool, value: Value) -> bool:
    return isinstance(value, Day | RelativeDay) if is_date else isinstance(value, Number)


ATTRIBUTES_SAID = NUMBERS | DATES | LISTS | CHOICES.keys() | {"customer_email_domain"}
