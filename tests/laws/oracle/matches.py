"""Shopify's functions and lifetime names, with Shopify's meaning: every order except tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from plugin.rules import tree
from plugin.rules.tree import Comparison, Length, Source, State
from tests.laws.oracle.aggregates import aggregate, at_least_so_many, snapshot_seen
from tests.laws.oracle.collected import value_of
from tests.laws.oracle.comparing import compares
from tests.laws.oracle.distance import distance
from tests.laws.oracle.known import rows_known
from tests.laws.oracle.rows import LineRow, Row
from tests.laws.oracle.texts import Listed, Manner, Words, contains
from tests.laws.oracle.truth import MISSING, UNKNOWN, Truth3, any_of, every, opposite

if TYPE_CHECKING:
    from tests.laws.oracle.oracle import Oracle

_EVENT = {"activity_id": "item", "id": "item", "date": "date", "tag": "tag"}


@dataclass(frozen=True)
class Meant:
    """Over which rows, and which of their fields each parameter speaks of."""

    source: Source
    fields: Mapping[str, str]


_FUNCTIONS = {
    "orders_placed": Meant(
        Source.ORDERS, {"date": "date", "amount": "total", "location_id": "location_id", "app_id": "app_id"}
    ),
    "products_purchased": Meant(
        Source.LINES,
        {"id": "product_id", "tag": "product_tag", "category": "category", "date": "date", "quantity": "quantity"},
    ),
    "store_credit_accounts": Meant(
        Source.CREDITS, {name: name for name in ("balance", "currency", "next_expiry_date", "last_credit_date")}
    ),
}


def matches(asked: "Oracle", rule: tree.Matches) -> Truth3:
    """Parameters about a row choose rows, the others ask about all chosen; without ``count`` there must be one."""
    if rule.function == "customer_within_distance":
        return _within(asked, rule)
    meant = _FUNCTIONS.get(rule.function, Meant(Source.EVENTS, _EVENT))
    about_rows = [p for p in rule.parameters if subject(p) in meant.fields]
    about_all = [p for p in rule.parameters if subject(p) not in meant.fields]
    rows, all_of_them = _chosen(asked, rule, meant, about_rows)
    totals = _totals(meant.source, rows)
    if all(subject(p) != "count" for p in about_all):
        about_all.append(_THERE)
    if not all_of_them:
        sure = totals["count"]
        assert isinstance(sure, Fraction)
        return every([_surely(asked, p, sure) for p in about_all])
    return every([_holds(asked, p, totals[subject(p)]) for p in about_all])


def _surely(asked: "Oracle", parameter: tree.Rule, sure: Fraction) -> Truth3:
    """What is certain where there may be more rows."""
    match parameter:
        case tree.Compare(tree.RowField("count"), op, right):
            return at_least_so_many(sure, op, asked.value(right))
        case tree.Between(tree.RowField("count"), low, high):
            ends = ((Comparison.GE, low), (Comparison.LE, high))
            return every([at_least_so_many(sure, op, asked.value(end)) for op, end in ends])
    return None


def _chosen(asked: "Oracle", rule: tree.Matches, meant: Meant, about_rows: list[tree.Rule]) -> tuple[list[Row], bool]:
    """The rows that are known to pass, and whether those are all."""
    where = tree.And(tuple(about_rows))
    asking = tree.Aggregate(tree.Function.COUNT, meant.source, State.ANY, None, where)
    all_of_them = rows_known(asked.store, asked.person, asked.t, asking, None) or snapshot_seen(asked, asking)
    chosen: list[Row] = []
    for row in asked.rows.rows(meant.source, State.ANY):
        if meant.source is Source.EVENTS and value_of(row, "name") not in _names(rule.function):
            continue
        passes = every([_passes(asked, p, value_of(row, meant.fields[subject(p)])) for p in about_rows])
        all_of_them = all_of_them and passes is not None
        if passes:
            chosen.append(row)
    return chosen, all_of_them


_THERE = tree.Compare(tree.RowField("count"), Comparison.GE, tree.Number(Decimal(1)))


def _names(function: str) -> list[Words]:
    """The events that are meant; Shopify writes two of them in two ways."""
    other = function.replace("storefront_event.", "storefront.")
    return [Words(name, Manner.EXACT) for name in (function, other)]


def _totals(source: Source, rows: list[Row]) -> dict[str, object]:
    """Of products: in how many orders."""
    counted = {row.of.order.id if isinstance(row, LineRow) else row for row in rows}
    totals: dict[str, object] = {"count": Fraction(len(counted))}
    if source is Source.ORDERS:
        totals["sum_amount"] = _sum(rows, "total")
    if source is Source.LINES:
        totals["sum_quantity"] = _sum(rows, "quantity")
    return totals


def _sum(rows: list[Row], name: str) -> object:
    """Unknown as soon as one of them is."""
    found = [value_of(row, name) for row in rows]
    return UNKNOWN if UNKNOWN in found else sum((each for each in found if isinstance(each, Fraction)), Fraction(0))


def subject(parameter: tree.Rule) -> str:
    """The parameter's name."""
    found = parameter.left if isinstance(parameter, tree.Compare) else parameter.value  # type: ignore[union-attr]
    assert isinstance(found, tree.RowField)
    return found.name


def _passes(asked: "Oracle", parameter: tree.Rule, found: object) -> Truth3:
    """``!=`` and NOT IN include rows without a value; a list is searched; an item's id is a number."""
    negative = (isinstance(parameter, tree.Compare) and parameter.op is Comparison.NE) or (
        isinstance(parameter, tree.In) and parameter.negated
    )
    if isinstance(found, Words) and subject(parameter) in ("activity_id", "id") and not _asks_absence(parameter):
        found = Fraction(int(found.text)) if found.text.isdigit() else MISSING
    if isinstance(found, Listed) and not isinstance(parameter, tree.IsNull):
        return any(contains(found, text) for text in _texts(parameter)) is not negative
    if found is MISSING and negative:
        return True
    return _holds(asked, parameter, found)


def _asks_absence(parameter: tree.Rule) -> bool:
    return isinstance(parameter, tree.IsNull)


def _texts(parameter: tree.Rule) -> list[str]:
    match parameter:
        case tree.Compare(right=tree.Text(text)):
            return [text]
        case tree.In(options=options):
            return [option.value for option in options if isinstance(option, tree.Text)]
    raise TypeError(repr(parameter))


def _holds(asked: "Oracle", parameter: tree.Rule, found: object) -> Truth3:
    zone = asked.store.timezone
    match parameter:
        case tree.Compare(_, op, right):
            return compares(found, op, asked.value(right), zone)
        case tree.Between(_, low, high):
            above = compares(found, Comparison.GE, asked.value(low), zone)
            return every([above, compares(found, Comparison.LE, asked.value(high), zone)])
        case tree.In(_, options, negated):
            among = any_of([compares(found, Comparison.EQ, asked.value(option), zone) for option in options])
            if found is MISSING:
                return False
            return opposite(among) if negated else among
        case tree.IsNull(_, negated):
            nothing = found is MISSING or (isinstance(found, Listed) and not found.elements)
            return None if found is UNKNOWN else nothing is not negated
    raise TypeError(repr(parameter))


def _within(asked: "Oracle", rule: tree.Matches) -> Truth3:
    """``distance_km = 10``: at most so far from the default address."""
    given = {subject(p): p.right for p in rule.parameters if isinstance(p, tree.Compare)}
    point = given["coordinates"]
    assert isinstance(point, tree.Point)
    unit = Length.KM if "distance_km" in given else Length.MI
    far = distance(asked.store, asked.person, tree.Distance(point.latitude, point.longitude, unit), asked.t)
    return compares(far, Comparison.LE, asked.value(given[f"distance_{unit}"]), asked.store.timezone)


# --- Shopify's attributes that are about rows -------------------------------------------------------------

_ORDERS = tree.Aggregate(tree.Function.COUNT, Source.ORDERS, State.ANY)
_CHECKOUTS = tree.Aggregate(tree.Function.MAX, Source.CHECKOUTS, State.ANY, "date")


def _dates(function: tree.Function) -> Callable[["Oracle"], object]:
    return lambda asked: aggregate(asked, tree.Aggregate(function, Source.ORDERS, State.ANY, "date"), None)


def _amount_spent(asked: "Oracle") -> object:
    """Charged less refunded, over orders paid at least in part."""
    if not rows_known(asked.store, asked.person, asked.t, _ORDERS, None):
        return UNKNOWN
    paid = [row for row in asked.rows.rows(Source.ORDERS, State.ANY) if value_of(row, "paid_date") is not MISSING]
    charged, back = _sum(paid, "total"), _sum(paid, "refunded")
    return charged - back if isinstance(charged, Fraction) and isinstance(back, Fraction) else UNKNOWN


COUNTED: Mapping[str, tree.Aggregate] = {"number_of_orders": _ORDERS}
MEANT: Mapping[str, Callable[["Oracle"], object]] = {
    "number_of_orders": lambda asked: aggregate(asked, _ORDERS, None),
    "amount_spent": _amount_spent,
    "first_order_date": _dates(tree.Function.MIN),
    "last_order_date": _dates(tree.Function.MAX),
    "abandoned_checkout_date": lambda asked: aggregate(asked, _CHECKOUTS, None),
}
