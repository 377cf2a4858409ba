"""One shop of a running sandbox, as a test uses it: the control API, and the app's API."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

CLIENT_ID = "test_client_id"
CLIENT_SECRET = "test_client_secret_of_thirty_two_bytes"
EXCHANGE = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
    "expiring": "1",
}
BULK = """mutation Start($text: String!, $group: Boolean!) {
  bulkOperationRunQuery(query: $text, groupObjects: $group) {
    bulkOperation { id status } userErrors { code field message } } }"""
BULK_STATE = """query State($id: ID!) { bulkOperation(id: $id) {
  status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }"""


@dataclass
class Keeper:
    """A shop's keeper and its app in one."""

    base: str
    shop: str
    token: str = ""

    def control(self, method: str, path: str = "", body: Any = None, status: int | None = None) -> Any:
        """What the control API answers; any 2xx unless a status is expected."""
        url = f"{self.base}/_sandbox/shops/{self.shop}{path}"
        answer = requests.request(method, url, json=body, timeout=30)
        assert answer.status_code == status if status else answer.ok, answer.text
        return answer.json()

    def id_token(self, **said: Any) -> str:
        """A fresh ID token."""
        return str(self.control("POST", "/id-token", said)["id_token"])

    def token_endpoint(self, said: dict[str, Any]) -> requests.Response:
        """The raw answer of the token endpoint."""
        return requests.post(f"{self.base}/{self.shop}/admin/oauth/access_token", json=said, timeout=30)

    def install(self) -> dict[str, Any]:
        """The app is installed and has a token; gives the answer of the exchange."""
        self.control("POST", "/open")
        answer = self.token_endpoint(EXCHANGE | {"subject_token": self.id_token()})
        assert answer.ok, answer.text
        pair: dict[str, Any] = answer.json()
        self.token = pair["access_token"]
        return pair

    def raw(self, query: str, version: str = "2026-10", **variables: Any) -> requests.Response:
        """The raw answer of the GraphQL API."""
        url = f"{self.base}/{self.shop}/admin/api/{version}/graphql.json"
        headers = {"X-Shopify-Access-Token": self.token}
        return requests.post(url, json={"query": query, "variables": variables}, headers=headers, timeout=30)

    def graphql(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        body = self.raw(query, **variables).json()
        assert "errors" not in body, body
        return body["data"]

    def subscribe(self, topic: str, uri: str, **more: Any) -> dict[str, Any]:
        """The payload of a new subscription."""
        query = """mutation S($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
          webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
            webhookSubscription { id topic uri apiVersion { handle } } userErrors { field message } } }"""
        data = self.graphql(query, topic=topic, input={"uri": uri, **more})
        payload: dict[str, Any] = data["webhookSubscriptionCreate"]
        return payload

    def start_bulk(self, query: str, *, group: bool = False) -> dict[str, Any]:
        """The payload of a bulk query's start."""
        payload: dict[str, Any] = self.graphql(BULK, text=query, group=group)["bulkOperationRunQuery"]
        return payload

    def bulk_state(self, number: str) -> dict[str, Any]:
        """Where a bulk query stands."""
        state: dict[str, Any] = self.graphql(BULK_STATE, id=number)["bulkOperation"]
        return state

    def bulk(self, query: str, *, group: bool = False) -> dict[str, Any]:
        """A bulk query that has ended."""
        payload = self.start_bulk(query, group=group)
        assert payload["userErrors"] == []
        self.quiet()
        return self.bulk_state(payload["bulkOperation"]["id"])

    def quiet(self, timeout: float = 20) -> None:
        """Returns when no webhook is on its way."""
        self.control("POST", "/quiet", {"timeout": timeout}, 200)

    def customer(self, **said: Any) -> dict[str, Any]:
        """A new customer."""
        made: dict[str, Any] = self.control("POST", "/customers", {"first_name": "Ada", **said})
        return made

    def product(self, title: str = "Trail Shoe Fjell") -> int:
        """A product's number."""
        return next(int(item["id"]) for item in self.control("GET", "/products") if item["title"] == title)

    def order(self, customer: dict[str, Any] | None = None, quantity: int = 1, **said: Any) -> dict[str, Any]:
        """A new order, of one line unless said otherwise."""
        lines = [{"product_id": self.product(), "quantity": quantity}]
        asked = {"customer_id": customer["id"] if customer else None, "lines": lines} | said
        made: dict[str, Any] = self.control("POST", "/orders", asked)
        return made


def until(true: Callable[[], Any], seconds: float = 15) -> Any:
    """The first true answer; fails when there is none in time. For what cannot be waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError("did not become true in time")
