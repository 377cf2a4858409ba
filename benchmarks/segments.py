"""The live segments of a benchmark: three that many stores have, and twenty that use most of the language."""

from plugin.domain.ids import StoreId
from plugin.flow.house import House
from plugin.flow.plan import go_live, plan
from plugin.flow.save import save
from plugin.flow.sweep import sweep

THREE = {
    "Recent buyers": "count(orders WHERE date >= -14d) >= 1",
    "Regulars": "number_of_orders >= 3",
    "Big spenders": "amount_spent >= 500",
}
TWENTY = THREE | {
    "Loyal in the year": "count(orders WHERE date >= -365d) >= 4",
    "Spent in the quarter": "sum(orders.net WHERE date >= -90d) >= 200",
    "Spent in the year": "sum(orders.net WHERE date >= -365d) >= 750",
    "High basket": "avg(orders.net) >= 120",
    "New": "first_order_date >= -30d",
    "Asleep": "number_of_orders >= 2 AND last_order_date < -120d",
    "Lost": "last_order_date < -365d",
    "Never bought": "number_of_orders = 0",
    "From the web": "count(orders WHERE channel = 'web') >= 2",
    "Two big ones": "orders_placed MATCHES (date >= -180d, amount > 80, count >= 2)",
    "Bought seven": "products_purchased MATCHES (id = 7)",
    "Bought seven lately": "products_purchased MATCHES (id = 7, date >= -60d)",
    "Many pieces": "sum(lines.quantity) >= 10",
    "Sends back": "count(refunds WHERE date >= -180d) >= 2",
    "Half on one brand": "sum(lines.net WHERE vendor = 'Ours') / sum(lines.net) >= 0.5",
    "Old friends": "customer_added_date < -365d AND number_of_orders >= 2",
    "Best of all": "IN SEGMENT 'Regulars' AND IN SEGMENT 'Big spenders' AND NOT IN SEGMENT 'Sends back'",
}
SETS = {3: THREE, 20: TWENTY}


def go(house: House, store_id: StoreId, count: int) -> None:
    """So many segments are live and decided for everyone; each writes a tag of its own."""
    for name, rule in SETS[count].items():
        tag = name.lower().replace(" ", "-")
        segment_id, _ = save(house, store_id, name, {"kind": "rule", "rule": rule}, {"": tag}, "bench")
        plan(house, store_id)
        go_live(house, store_id, segment_id)
    while sweep(house, store_id):
        pass
