"""V3 price lists and promotions: which groups and segments they matter to. Read only."""

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import data, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import by_cursor, numbered

PROMOTIONS = ("id", "name", "code", "query", "currency_code", "redemption_type", "status", "sort", "direction",
              "channels")  # fmt: skip


@api.get("/v3/pricelists")
def price_lists() -> Response:
    """Price lists."""
    asking.only("name", "id:in", "name:like", "date_created", "date_modified")
    ids = asking.integers("id:in")
    found = [each for each in the_store().price_lists.values() if ids is None or each.id in ids]
    rows, meta = by_cursor(found, lambda each: each.id, links=False)
    return data(
        [
            {
                "id": each.id,
                "name": each.name,
                "active": each.active,
                "date_created": moments.zulu(each.created_at),
                "date_modified": moments.zulu(each.created_at),
            }
            for each in rows
        ],
        meta,
    )


@api.get("/v3/pricelists/assignments")
def assignments() -> Response:
    """Which group has which prices on which channel."""
    names = ("id", "price_list_id", "customer_group_id", "channel_id")
    asking.only(*names, *(f"{name}:in" for name in names))
    wanted = {name: asking.integers(f"{name}:in") or asking.integers(name) for name in names}
    found = [
        {
            "id": each.id,
            "price_list_id": each.price_list_id,
            "customer_group_id": each.group_id,
            "channel_id": each.channel_id,
        }
        for each in the_store().assignments.values()
    ]
    fitting = [row for row in found if all(ids is None or row[name] in ids for name, ids in wanted.items())]
    rows, meta = by_cursor(fitting, lambda row: row["id"], links=False)
    return data(rows, meta)


@api.get("/v3/promotions")
def promotions() -> Response:
    """Promotions, with whom they are for."""
    asking.only(
        "id", "name", "code", "query", "currency_code", "redemption_type", "status", "sort", "direction", "channels"
    )
    status = asking.text("status")
    rows, meta = numbered([each for each in the_store().promotions.values() if status in {None, each.status}])
    return data(
        [
            {
                "id": each.id,
                "name": each.name,
                "redemption_type": "AUTOMATIC",
                "status": each.status,
                "channels": [],
                "customer": {
                    "group_ids": list(each.group_ids),
                    "excluded_group_ids": list(each.excluded_group_ids),
                    "minimum_order_count": 0,
                    "segments": {"id": list(each.segment_ids)},
                },
                "rules": [],
                "currency_code": "*",
            }
            for each in rows
        ],
        meta,
    )
