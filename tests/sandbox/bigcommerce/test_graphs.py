"""App extensions and Unified Billing, both in GraphQL."""

from typing import Any

import pytest
import requests

from sandbox.bigcommerce.asked import Asked
from tests.sandbox.bigcommerce.clerk import Clerk

ASKED = Asked()

EXTENSION = """mutation ($input: CreateAppExtensionInput!) { appExtension { createAppExtension(input: $input) {
  appExtension { id context model url label { defaultValue locales { value localeCode } } } } } }"""
EXTENSIONS = "query { store { appExtensions { edges { node { id url model label { defaultValue } } } } } }"
CHECKOUT = """mutation ($input: CreateCheckoutInput!) { checkout { createCheckout(input: $input) {
  checkout { id status checkoutUrl items(first: 1) { edges { node { subscriptionId status } } } } } } }"""
SUBSCRIPTIONS = """query ($filters: SubscriptionFiltersInput) { account { subscriptions(filters: $filters) {
  pageInfo { hasNextPage endCursor } edges { node {
    id status billingInterval createdAt activationDate currentPeriodEnd product { productLevel } scope { id }
    pricePerInterval { value } } } } } }"""
CANCEL = """mutation ($input: CancelSubscriptionInput!) { subscription { cancelSubscription(input: $input) {
  subscriptionId cancelledAt } } }"""
PANEL = {
    "context": "PANEL",
    "model": "CUSTOMERS",
    "url": "/customers/${id}/segments",
    "label": {"defaultValue": "Segments", "locales": [{"value": "Segments", "localeCode": "en-US"}]},
}


def extend(store: Clerk, query: str, **variables: Any) -> Any:
    return store.ask("POST", "/graphql", {"query": query, "variables": variables})


def bill(store: Clerk, query: str, **variables: Any) -> Any:
    """The answer of the Account API."""
    url = f"{store.base}/bigcommerce/accounts/{ASKED.account_uuid}/graphql"
    headers = {"X-Auth-Token": ASKED.account_token}
    return requests.post(url, json={"query": query, "variables": variables}, headers=headers, timeout=30).json()


def checkout(store: Clerk, level: str = "Grow", **more: Any) -> dict[str, Any]:
    """What to ask of the merchant."""
    account = store.control("GET")["account_uuid"]
    price = {"value": 29.0, "currencyCode": more.pop("currency", "USD")}
    item = {
        "product": {"id": f"bc/account/product/{ASKED.app_id}", "type": "APPLICATION", "productLevel": level},
        "scope": {"id": f"bc/account/scope/{store.store}", "type": "STORE"},
        "pricingPlan": {"interval": "MONTH", "price": price, "trialDays": more.pop("trial", 0)},
        "description": "The app",
        "redirectUrl": f"{store.app_url}/back",
    }
    return {"accountId": f"bc/account/account/{account}", "items": [item | more]}


@pytest.fixture(autouse=True)
def room(base: str) -> None:
    """The hour is young."""
    requests.put(f"{base}/_sandbox/bigcommerce/accounts", json={}, timeout=30).raise_for_status()


def subscribed(store: Clerk, **more: Any) -> dict[str, Any]:
    """The subscription of a merchant who agreed."""
    made = bill(store, CHECKOUT, input=checkout(store, **more))["data"]["checkout"]["createCheckout"]["checkout"]
    store.control("POST", f"/checkouts/{made['id'].rpartition('/')[2]}/complete")
    return the_subscriptions(store)[0]


def the_subscriptions(store: Clerk) -> list[dict[str, Any]]:
    filters = {"scopeId": f"bc/account/scope/{store.store}"}
    found = bill(store, SUBSCRIPTIONS, filters=filters)["data"]["account"]["subscriptions"]
    return [edge["node"] for edge in found["edges"]]


def test_a_panel_is_made_once_for_each_of_two(store: Clerk) -> None:
    first = extend(store, EXTENSION, input=PANEL)["data"]["appExtension"]["createAppExtension"]["appExtension"]
    extend(store, EXTENSION, input=PANEL)
    third = extend(store, EXTENSION, input=PANEL)

    assert (first["url"], first["label"]["defaultValue"]) == ("/customers/${id}/segments", "Segments")
    assert "maximum" in third["errors"][0]["message"]
    assert len(extend(store, EXTENSIONS)["data"]["store"]["appExtensions"]["edges"]) == 2


def test_a_label_without_translations_is_refused(store: Clerk) -> None:
    answer = extend(store, EXTENSION, input=PANEL | {"label": {"defaultValue": "Segments"}})

    assert "locales" in answer["errors"][0]["message"]


def test_a_panel_is_renamed_and_deleted(store: Clerk) -> None:
    made = extend(store, EXTENSION, input=PANEL)["data"]["appExtension"]["createAppExtension"]["appExtension"]
    rename = """mutation ($input: UpdateAppExtensionInput!) { appExtension { updateAppExtension(input: $input) {
      appExtension { url } } } }"""
    delete = """mutation ($input: DeleteAppExtensionInput!) { appExtension { deleteAppExtension(input: $input) {
      deletedAppExtensionId } } }"""

    renamed = extend(store, rename, input={"id": made["id"], "data": {"url": "/people/${id}"}})
    gone = extend(store, delete, input={"id": made["id"]})

    assert renamed["data"]["appExtension"]["updateAppExtension"]["appExtension"] == {"url": "/people/${id}"}
    assert gone["data"]["appExtension"]["deleteAppExtension"]["deletedAppExtensionId"] == made["id"]
    assert extend(store, EXTENSIONS)["data"]["store"]["appExtensions"]["edges"] == []


def test_extensions_need_their_scope(store: Clerk) -> None:
    store.install("store_v2_customers")

    store.ask("POST", "/graphql", {"query": EXTENSIONS}, status=403)


def test_nothing_is_owed_until_the_merchant_agrees(store: Clerk) -> None:
    made = bill(store, CHECKOUT, input=checkout(store))["data"]["checkout"]["createCheckout"]["checkout"]

    before = the_subscriptions(store)
    store.control("POST", f"/checkouts/{made['id'].rpartition('/')[2]}/complete")
    (after,) = the_subscriptions(store)

    assert (made["status"], before) == ("PENDING", [])
    assert (after["status"], after["product"]["productLevel"]) == ("ACTIVE", "Grow")
    assert after["pricePerInterval"]["value"] == 29.0


def test_a_checkout_page_agrees_and_leads_back(store: Clerk) -> None:
    made = bill(store, CHECKOUT, input=checkout(store))["data"]["checkout"]["createCheckout"]["checkout"]

    page = requests.get(made["checkoutUrl"], timeout=30)
    agreed = requests.post(made["checkoutUrl"], data={"agree": "1"}, allow_redirects=False, timeout=30)

    assert "Place order" in page.text
    assert page.headers["Content-Security-Policy"].count("frame-ancestors 'none'") == 1
    assert agreed.headers["Location"] == f"{store.app_url}/back"
    assert [each["status"] for each in the_subscriptions(store)] == ["ACTIVE"]


def test_a_plan_is_changed_by_another_checkout(store: Clerk) -> None:
    held = subscribed(store)

    changed = subscribed(store, level="Scale", subscriptionId=held["id"])

    assert (changed["id"], changed["product"]["productLevel"]) == (held["id"], "Scale")


def test_billing_begins_after_the_trial_and_until_then_the_plan_stays(store: Clerk) -> None:
    tried = subscribed(store, trial=14)

    refused = bill(store, CHECKOUT, input=checkout(store, level="Scale", subscriptionId=tried["id"]))

    assert tried["activationDate"] > tried["createdAt"]
    assert refused["errors"][0]["message"] == "Checkouts are not available for existing trial subscriptions."


def test_cancelling_lasts_to_the_end_of_what_is_paid_but_not_in_a_trial(store: Clerk, new_store: Any) -> None:
    held = subscribed(store)
    trying = new_store()
    tried = subscribed(trying, trial=14)

    ended = bill(store, CANCEL, input={"id": held["id"]})["data"]["subscription"]["cancelSubscription"]
    bill(trying, CANCEL, input={"id": tried["id"]})

    assert ended["cancelledAt"] == held["currentPeriodEnd"]
    assert [each["status"] for each in the_subscriptions(store)] == ["ACTIVE"]
    assert [each["status"] for each in the_subscriptions(trying)] == ["CANCELLED"]


@pytest.mark.parametrize(
    "said", [{"currency": "EUR"}, {"scope": {"id": "bc/account/scope/other", "type": "STORE"}},
             {"product": {"id": "bc/account/product/1", "type": "APPLICATION"}}, {"subscriptionId": "none"}]
)  # fmt: skip
def test_a_checkout_that_cannot_be_is_refused(store: Clerk, said: dict[str, Any]) -> None:
    assert bill(store, CHECKOUT, input=checkout(store, **said))["errors"]


def test_an_hour_takes_seventy_questions_from_everybody(store: Clerk) -> None:
    answers = [bill(store, "{ account { subscriptions { edges { node { id } } } } }") for _ in range(71)]

    assert "data" in answers[69]
    assert answers[70]["errors"][0]["message"] == "Too Many Requests"


def test_the_account_opens_with_its_own_token_only(store: Clerk) -> None:
    url = f"{store.base}/bigcommerce/accounts/{ASKED.account_uuid}/graphql"

    said, headers = {"query": "{ account { __typename } }"}, {"X-Auth-Token": store.token}
    answer = requests.post(url, json=said, headers=headers, timeout=30)

    assert answer.status_code == 401
