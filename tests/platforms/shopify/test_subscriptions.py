"""A store sends what it is asked for, once, to where we are now."""

from typing import Any

from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.subscriptions import subscribe, topic_name
from tests.platforms.server import Server

URI = "https://app.example/webhooks/shopify"


def listed(number: str, topic: str, uri: str = URI, version: str = "2026-10") -> dict[str, Any]:
    return {"id": number, "topic": topic, "uri": uri, "apiVersion": {"handle": version}}


def page(*nodes: dict[str, Any], more: str | None = None) -> dict[str, Any]:
    info = {"hasNextPage": more is not None, "endCursor": more}
    return {"webhookSubscriptions": {"nodes": list(nodes), "pageInfo": info}}


def done(mutation: str, *errors: str) -> dict[str, Any]:
    told = [{"field": None, "message": error} for error in errors]
    return {mutation: {"webhookSubscription": None if errors else {"id": "9"}, "userErrors": told}}


def test_only_what_is_missing_is_made_and_what_was_refused_is_said(server: Server, client: Client) -> None:
    server.answer(page(listed("1", "ORDERS_CREATE"), more="c1"))
    server.answer(page(listed("2", "ORDERS_PAID", "https://other.example/theirs")))
    server.answer(done("webhookSubscriptionCreate"))
    server.answer(done("webhookSubscriptionCreate", "no scope"))

    report = subscribe(client, ["orders/create", "orders/paid", "customer.tags_added"], URI)

    assert report.kept == ("orders/create",)
    assert report.made == ("orders/paid",)
    assert report.refused == (("customer.tags_added", "no scope"),)
    assert server.asked[1].json["variables"] == {"after": "c1"}
    assert server.asked[3].json["variables"] == {"topic": "CUSTOMER_TAGS_ADDED", "uri": URI}


def test_what_goes_to_an_earlier_address_of_ours_is_moved(server: Server, client: Client) -> None:
    server.answer(page(listed("7", "ORDERS_PAID", "https://old.example/webhooks/shopify")))
    server.answer(done("webhookSubscriptionUpdate"))

    report = subscribe(client, ["orders/paid"], URI)

    assert (report.moved, report.made) == (("orders/paid",), ())
    assert server.asked[1].json["variables"] == {"id": "7", "uri": URI}


def test_a_refused_move_is_said(server: Server, client: Client) -> None:
    server.answer(page(listed("7", "ORDERS_PAID", "https://old.example/webhooks/shopify")))
    server.answer(done("webhookSubscriptionUpdate", "not allowed"))

    assert subscribe(client, ["orders/paid"], URI).refused == (("orders/paid", "not allowed"),)


def test_what_is_not_ours_is_left(server: Server, client: Client) -> None:
    theirs = listed("1", "ORDERS_PAID", "pubsub://project:topic"), listed("2", "PRODUCTS_UPDATE")
    server.answer(page(*theirs, listed("3", "ORDERS_PAID")))

    assert subscribe(client, ["orders/paid"], URI).kept == ("orders/paid",)
    assert len(server.asked) == 1


def test_what_nobody_needs_any_more_is_ended_wherever_it_went_to_us(server: Server, client: Client) -> None:
    ours = listed("1", "CHECKOUTS_CREATE"), listed("2", "CHECKOUTS_CREATE", "https://old.example/webhooks/shopify")
    theirs = listed("3", "CHECKOUTS_CREATE", "pubsub://project:topic"), listed("4", "ORDERS_PAID")
    server.answer(page(*ours, *theirs))
    server.answer(done("webhookSubscriptionDelete"))
    server.answer(done("webhookSubscriptionDelete", "does not exist"))

    report = subscribe(client, [], URI, ["checkouts/create", "checkouts/update"])

    assert report.ended == ("checkouts/create",)
    assert [asked.json["variables"] for asked in server.asked[1:]] == [{"id": "1"}, {"id": "2"}]


def test_the_version_in_which_topics_come_is_told(server: Server, client: Client) -> None:
    server.answer(page(listed("1", "ORDERS_PAID", version="2025-07")))

    assert subscribe(client, ["orders/paid"], URI).versions == {"2025-07"}


def test_a_topic_is_spelled_as_the_admin_api_spells_it() -> None:
    assert topic_name("orders/create") == "ORDERS_CREATE"
    assert topic_name("customer.tags_added") == "CUSTOMER_TAGS_ADDED"
