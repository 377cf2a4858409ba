"""Messages that come twice, late, backwards, bare, about ourselves, or signed with the secret of yesterday."""

import json

import pytest

from embedded.stage import Stage
from plugin.platforms.shopify.webhooks import sign
from tests.stories.pains.conftest import BEFORE
from tests.stories.pains.corner import Corner
from tests.stories.play import until

PRIVACY = ("customers/data_request", "customers/redact", "shop/redact")


def test_own_writes_come_back_as_webhooks_and_no_loop_begins(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "buyer")
    corner.settle()
    before, ida = corner.writes(), corner.someone("Ida")

    corner.buy(ida)
    corner.until_has(ida, "buyer")
    corner.settle()

    echoes = [json.loads(each["body"]) for each in corner.bodies("customer.tags_added")]
    assert any(each["customerId"].endswith(f"/{ida}") and "buyer" in each["tags"] for each in echoes)
    assert corner.writes() == before + 1


def test_what_is_delivered_twice_counts_once(corner: Corner) -> None:
    corner.live("count(orders) >= 2", "twice-told")
    jon = corner.someone("Jon")

    corner.fail({"duplicate": 1.0})
    order = corner.buy(jon)
    corner.settle()

    sent = [each for each in corner.bodies("orders/create") if json.loads(each["body"])["id"] == order["id"]]
    assert [len(each["attempts"]) for each in sent] == [2]
    assert "twice-told" not in corner.tags(jon)
    assert corner.lost() == set()


def test_an_update_before_its_creation_and_an_old_state_that_comes_late_change_nothing(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "late-news")
    corner.fail({"late_topics": ["orders/create", "customers/create"], "delay_seconds": 1.5})
    kim = corner.someone("Kim")
    kept, cancelled = corner.buy(kim, paid=False), corner.buy(kim)
    corner.call("PATCH", f"/customers/{kim}", {"email": "new@corner.example"})
    corner.post(f"/orders/{kept['id']}/pay")
    corner.post(f"/orders/{cancelled['id']}/cancel")

    corner.until_has(kim, "late-news")
    until(lambda: corner.bodies("orders/create")[-1]["state"] == "delivered", "the old state has come")
    corner.settle()

    late, first = corner.bodies("orders/create")[-1], corner.bodies("orders/cancelled")[-1]
    assert late["attempts"][0]["at"] > first["attempts"][0]["at"]
    assert json.loads(late["body"])["cancelled_at"] is None
    query = (
        "SELECT id, paid_at IS NOT NULL, cancelled_at IS NOT NULL FROM orders WHERE customer_id = {} AND store_id = %s"
    )
    assert sorted(corner.rows(query.format(kim))) == [(kept["id"], True, False), (cancelled["id"], True, True)]
    assert corner.rows(f"SELECT email FROM customers WHERE id = {kim} AND store_id = %s") == [("new@corner.example",)]
    assert "late-news" in corner.tags(kim)


def test_uninstalling_and_privacy_are_heard_though_the_token_is_dead(on_stage: Stage) -> None:
    leaving = Corner.open(on_stage, "leaving", customers=3)
    lea = leaving.customers()[0]
    leaving.settle()

    leaving.fail(token_status_next=[500] * 3, status_next=[500] * 3)
    leaving.post("/uninstall")
    leaving.post("/privacy", {"topic": "customers/redact", "customer_id": lea})
    leaving.post("/privacy", {"topic": "customers/data_request", "customer_id": leaving.customers()[1]})
    until(lambda: not leaving.rows(f"SELECT 1 FROM customers WHERE id = {lea} AND store_id = %s"), "Lea is forgotten")
    leaving.post("/privacy", {"topic": "shop/redact"})
    until(lambda: leaving.left() == {}, lambda: f"nothing is left of the shop; {leaving.left()}")

    leaving.post("/quiet")
    for topic in ("app/uninstalled", *PRIVACY):
        assert [[each["status"] for each in sent["attempts"]] for sent in leaving.bodies(topic)] == [[200]], topic
    left = leaving.get("/faults")["api"]
    assert (left["token_status_next"], left["status_next"]) == ([500] * 3, [500] * 3)  # Nothing was asked of the shop.


@pytest.mark.parametrize("topic", PRIVACY)
def test_a_reviewer_who_sends_a_wrong_signature_is_answered_with_401_and_a_right_one_with_200(
    corner: Corner, topic: str
) -> None:
    body = b'{"shop_id": 1, "shop_domain": "nobody.myshopify.com", "customer": {"id": 1}, "data_request": {"id": 1}}'
    right = sign(body, corner.stage.environment["SHOPIFY_CLIENT_SECRET"])
    wrong = sign(body + b" ", corner.stage.environment["SHOPIFY_CLIENT_SECRET"])
    domain = {"Shop_Domain": "nobody.myshopify.com"}

    assert corner.knock(topic, body, Hmac_Sha256=right, **domain) == 200
    assert corner.knock(topic, body, Hmac_Sha256=wrong, **domain) == 401
    assert corner.knock(topic, body, Hmac_Sha256="", **domain) == 401
    assert corner.knock(topic, body, **domain) == 401


def test_a_privacy_message_that_does_not_name_its_shop_is_obeyed(corner: Corner) -> None:
    liz = corner.someone("Liz")
    corner.buy(liz)
    corner.settle()
    theirs = f"SELECT id FROM customers WHERE id = {liz} AND store_id = %s"
    assert corner.rows(theirs) == [(liz,)]

    corner.fail({"without_shop_domain": True})
    corner.post("/privacy", {"topic": "customers/redact", "customer_id": liz})

    until(lambda: corner.rows(theirs) == [], "Liz is forgotten")
    assert "X-Shopify-Shop-Domain" not in corner.bodies("customers/redact")[-1]["headers"]


def test_neighbours_beyond_what_a_float_holds_are_not_taken_for_each_other(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "neighbour")
    people = [corner.someone(f"Max{number}") for number in range(3)]
    assert len({float(who) for who in people}) < len(people)

    order = corner.buy(people[1])
    corner.until_has(people[1], "neighbour")
    corner.settle()

    assert ["neighbour" in corner.tags(who) for who in people] == [False, True, False]
    assert corner.rows(f"SELECT customer_id FROM orders WHERE id = {order['id']} AND store_id = %s") == [(people[1],)]
    assert corner.app(f"/customers/{people[2]}")["customer"]["id"] == str(people[2])


def test_tags_that_no_customer_message_has_any_more_are_read(corner: Corner) -> None:
    ned = corner.someone("Ned")
    corner.settle()

    corner.fail({"late_topics": ["customer.tags_added"], "delay_seconds": 3.0})
    corner.call("PATCH", f"/customers/{ned}", {"add_tags": ["newsletter"]})
    corner.until_has(ned, "reader")

    assert [each["state"] for each in corner.bodies("customer.tags_added")][-1] == "pending"  # It was not this one.
    gone = {"tags", "orders_count", "total_spent", "last_order_id", "email_marketing_consent"}
    assert not gone & json.loads(corner.bodies("customers/update")[-1]["body"]).keys()


def test_two_records_become_one_and_the_dead_number_is_never_written_to(corner: Corner) -> None:
    corner.live("count(orders) >= 2", "merged")
    ola, opa = corner.someone("Ola"), corner.someone("Opa")
    for who in (ola, opa):
        corner.buy(who)
    corner.settle()
    assert "merged" not in corner.tags(ola) + corner.tags(opa)
    writes = f"SELECT max(id) FROM writes WHERE customer_id = {opa} AND store_id = %s"
    last = corner.rows(writes)

    corner.post(f"/customers/{opa}/merge", {"into": ola})

    corner.until_has(ola, "merged")
    corner.settle()
    assert corner.rows(f"SELECT count(*) FROM orders WHERE customer_id = {ola} AND store_id = %s") == [(2,)]
    assert corner.rows(f"SELECT 1 FROM memberships WHERE customer_id = {opa} AND store_id = %s") == []
    assert corner.rows(f"SELECT 1 FROM outbox WHERE customer_id = {opa} AND store_id = %s") == []
    assert corner.rows(writes) == last


def test_for_an_hour_after_a_rotation_the_secret_before_still_opens(corner: Corner) -> None:
    corner.live("count(orders) >= 1", "rotated")
    pia = corner.someone("Pia")

    corner.fail({"secret": BEFORE})
    corner.buy(pia)

    corner.until_has(pia, "rotated")
    assert {each["status"] for sent in corner.bodies("orders/create") for each in sent["attempts"]} == {200}
    body = b'{"id": 1, "updated_at": "2026-01-01T00:00:00Z"}'
    strange = sign(body, "somebody else's")
    assert corner.knock("orders/create", body, Hmac_Sha256=strange, Shop_Domain=corner.shop) == 401
