"""One store of a running sandbox, as a test uses it: the control API, and the app's API with the published judge."""

import re
from dataclasses import dataclass
from typing import Any

import requests

from tests.contract.openapi import Published

CLIENT_ID = "bigcommerce_client_id"
CLIENT_SECRET = "bigcommerce_client_secret_of_32_bytes_and_more"
UNPUBLISHED = re.compile(r"/v3/(catalog|channels|carts|promotions)(/.*)?|/graphql")
"""Parts of the API of which no description is at hand."""


@dataclass
class Clerk:
    """A store's clerk and its app in one."""

    base: str
    store: str
    app_url: str
    judge: Published | None
    """Where the published files are, every answer to ``ask`` is held against them."""
    token: str = ""

    @property
    def path(self) -> str:
        """Where this store's webhooks go."""
        return f"/hooks/{self.store}"

    def control(self, method: str, path: str = "", body: Any = None, status: int | None = None) -> Any:
        """What the control API answers; any 2xx unless a status is expected."""
        url = f"{self.base}/_sandbox/bigcommerce/stores/{self.store}{path}"
        answer = requests.request(method, url, json=body, timeout=30)
        assert answer.status_code == status if status else answer.ok, answer.text
        return answer.json()

    def install(self, *scopes: str) -> None:
        """The app has a token, and nobody had to ask."""
        self.token = self.control("POST", "/token", {"scopes": list(scopes)})["access_token"]

    def raw(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        """The raw answer of the API."""
        headers = {"X-Auth-Token": self.token, "Accept": "application/json", "Content-Type": "application/json"}
        url = f"{self.base}/bigcommerce/stores/{self.store}{path}"
        return requests.request(method, url, json=body, params=query, headers=headers, timeout=30)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer, of ``status`` (200); None where it has no body. It is what the published files allow."""
        status: int = query.pop("status", 200)
        answer = self.raw(method, path, body, **query)
        assert answer.status_code == status, answer.text
        found = answer.json() if answer.content else None
        if self.judge and not UNPUBLISHED.fullmatch(path):
            wrong = self.judge.faults_of_answer(method, path, status, found)
            assert not wrong, wrong
        return found

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers to a question."""
        return self.ask("GET", path, **query)

    def hook(self, scope: str, **more: Any) -> dict[str, Any]:
        """A new webhook to this store's path."""
        said = {"scope": scope, "destination": self.app_url + self.path, "headers": {"X-Listening-Secret": "s3cret"}}
        made: dict[str, Any] = self.ask("POST", "/v3/hooks", said | more)["data"]
        return made

    def quiet(self, timeout: float = 20) -> None:
        """Returns when no webhook is on its way."""
        self.control("POST", "/quiet", {"timeout": timeout}, 200)

    def customer(self, **said: Any) -> dict[str, Any]:
        """A new customer."""
        made: dict[str, Any] = self.control("POST", "/customers", said)
        return made

    def buy(self, customer: dict[str, Any] | None = None, quantity: int = 1, **said: Any) -> dict[str, Any]:
        """A new order of shoes, unless said otherwise."""
        shoes = next(item["id"] for item in self.control("GET", "/products") if item["name"] == "Trail Shoe Fjell")
        lines = [{"product_id": shoes, "quantity": quantity}]
        asked = {"customer_id": customer["id"] if customer else None, "lines": lines} | said
        made: dict[str, Any] = self.control("POST", "/orders", asked)
        return made
