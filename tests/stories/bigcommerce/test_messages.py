"""Messages that come too early, twice, three at a time, or from a stranger."""

import hashlib
import json
from typing import Any

import requests

from plugin.db import credentials
from plugin.platforms.bigcommerce.webhooks import SECRET_HEADER
from tests.stories.bigcommerce.bazaar import Bazaar

CREATED, UPDATED = "store/order/created", "store/order/updated"


def about(bazaar: Bazaar, scope: str, number: int) -> list[dict[str, Any]]:
    """What was sent of the topic about this thing."""
    return [each for each in bazaar.deliveries(scope) if json.loads(each["body"])["data"]["id"] == number]


def statuses(sent: list[dict[str, Any]]) -> list[list[int]]:
    """How each of these deliveries was answered, attempt by attempt."""
    return [[attempt["status"] for attempt in each["attempts"]] for each in sent]


def test_an_order_that_is_announced_at_the_till_counts_when_it_is_bought(bazaar: Bazaar) -> None:
    bazaar.live("count(orders) >= 1", "bought")
    ada = bazaar.someone("Ada")

    order = bazaar.buy(ada, status_id=0)
    bazaar.settle()

    assert statuses(about(bazaar, CREATED, order["id"])) == [[200]]  # It was announced as any order is.
    assert "bought" not in bazaar.labels(ada)
    bazaar.control("PATCH", f"/orders/{order['id']}", {"status_id": 11})
    bazaar.settle()
    assert "bought" in bazaar.labels(ada)


def test_an_event_that_comes_several_times_is_read_and_counted_once(bazaar: Bazaar) -> None:
    bazaar.live("count(orders) = 1", "once")
    bazaar.live("count(orders) >= 2", "twice")
    bob = bazaar.someone("Bob")
    bazaar.settle()
    before = bazaar.called()

    bazaar.fail({"duplicate": 1.0})
    order = bazaar.buy(bob)
    bazaar.settle()

    sent = about(bazaar, CREATED, order["id"]) + about(bazaar, UPDATED, order["id"])
    assert statuses(sent) == [[200, 200], [200, 200]]
    reads = bazaar.calls("GET", f"/v2/orders/{order['id']}", before)
    assert len([each for each in reads if each["path"] == f"/v2/orders/{order['id']}"]) == 1  # Four messages, one look.
    assert bazaar.labels(bob) & {"once", "twice"} == {"once"}


def test_a_refund_that_is_announced_in_three_ways_moves_the_customer_once(bazaar: Bazaar) -> None:
    segment = bazaar.live("sum(orders.net) >= 300", "spender")
    cai = bazaar.someone("Cai")
    order = bazaar.buy(cai, "400.00")
    bazaar.settle()
    assert "spender" in bazaar.labels(cai)
    before = bazaar.called()

    bazaar.control("POST", f"/orders/{order['id']}/refund", {})
    bazaar.settle()

    assert len(about(bazaar, "store/order/refund/created", order["id"])) == 1
    assert len(about(bazaar, UPDATED, order["id"])) == 2
    assert len(bazaar.calls("GET", f"/v2/orders/{order['id']}", before)) <= 2
    assert "spender" not in bazaar.labels(cai)
    moves = "SELECT entered FROM membership_log WHERE customer_id = %s AND segment_id = %s ORDER BY id"
    assert bazaar.rows(moves, cai, segment) == [(True,), (False,)]


def test_who_makes_up_a_message_and_its_hash_is_not_believed(bazaar: Bazaar) -> None:
    dan = bazaar.someone("Dan")
    bazaar.settle()
    body = {"scope": UPDATED, "producer": f"stores/{bazaar.hash}", "data": {"type": "order", "id": 1}, "created_at": 1}
    forged = body | {"hash": hashlib.sha1(json.dumps(body).encode()).hexdigest()}
    with bazaar.house.database.store(bazaar.id) as tx:
        secret = credentials.hook_secret(tx, bazaar.house.keys)
    before = bazaar.called()

    def knock(said: dict[str, Any], **headers: str) -> int:
        url = f"{bazaar.app}/webhooks/bigcommerce/{bazaar.hash}"
        return requests.post(url, json=said, headers=headers, timeout=30).status_code

    assert knock(forged) == 401
    assert knock(forged, **{SECRET_HEADER: str(forged["hash"])}) == 401
    bazaar.settle()
    assert bazaar.called() == before  # Nothing was so much as looked at.

    # With the store's own secret no hash is needed, and what is said is looked up, never believed.
    told = {"scope": "store/customer/deleted", "data": {"type": "customer", "id": dan}, "hash": "wrong"}
    assert knock(body | told, **{SECRET_HEADER: str(secret)}) == 200
    bazaar.settle()
    assert bazaar.page(f"/customers/{dan}")["customer"]["id"] == str(dan)
