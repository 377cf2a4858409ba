"""An app that sells plans at the pretended BigCommerce, and the merchant of one store who pays for one or does not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from embedded.stage import PARTNER
from plugin.db import entitlements
from plugin.db.entitlements import Entitled
from plugin.flow.agreed import look
from plugin.flow.allowed import may_write
from plugin.flow.entitle import entitle
from plugin.flow.house import House
from plugin.platforms import manifest as module
from sandbox.bigcommerce.asked import Asked
from tests.flow.bigcommerce.panel import PLATFORM, Panel

ASKED = Asked()
SELLING = {
    "BILLING": "on",
    **PARTNER,
    "BIGCOMMERCE_ACCOUNT_UUID": ASKED.account_uuid,
    "BIGCOMMERCE_ACCOUNT_TOKEN": ASKED.account_token,
    "BIGCOMMERCE_APP_ID": str(ASKED.app_id),
}
PRICES = {
    "grow": {"usd": "19.00", "every": "month"},
    "scale": {"usd": "190.00", "every": "year"},
    "unlimited": {"usd": "99.00", "every": "quarter", "trial_days": 14},
}


@contextmanager
def priced(folder: Path, prices: dict[str, Any]) -> Iterator[None]:
    """manifest.json names these prices for BigCommerce."""
    before = module.PLACES
    told = json.loads(next(place for place in before if place.exists()).read_text())
    told["platforms"][PLATFORM]["prices"] = prices
    place = folder / "manifest.json"
    place.write_text(json.dumps(told))
    module.PLACES = (place, place)
    module.manifest.cache_clear()
    yield
    module.PLACES = before
    module.manifest.cache_clear()


@dataclass
class Payer:
    """A merchant in front of the page of plans."""

    panel: Panel
    ahead: timedelta = timedelta()

    @property
    def house(self) -> House:
        """Moments later each time something is read: a store's plan is not read twice at once."""
        return replace(self.panel.house, now=lambda: self.panel.house.now() + self.ahead)

    @property
    def row(self) -> Entitled:
        with self.house.database.store(self.panel.id) as tx:
            found = entitlements.get(tx)
        assert found is not None
        return found

    @property
    def may_write(self) -> bool:
        with self.house.database.store(self.panel.id) as tx:
            return may_write(self.house, tx)

    def is_due(self) -> bool:
        """Whether the plan is about to be read."""
        return self.row.due_at is not None and self.row.due_at <= self.house.now()

    def read(self, wait: timedelta = entitlements.APART) -> bool:
        """The plan is read, so much later."""
        self.ahead += wait
        look(self.house, self.panel.id, changed=True)
        return self.when_due()

    def when_due(self) -> bool:
        """The plan is read if it is due, as the scan would have it."""
        return entitle(self.house, self.panel.id)

    def hour_passes(self, limit: int = 70) -> None:
        """Another hour has begun, here and at BigCommerce."""
        for key in self.house.redis.scan_iter("turns:*"):
            self.house.redis.delete(key)
        self.panel.sandbox.call("PUT", f"/_sandbox/{PLATFORM}/accounts", {"limit": limit}, None)

    def asked(self) -> dict[str, int]:
        """How many questions BigCommerce took in this hour, and how many it refused."""
        return dict(self.panel.sandbox.get(f"/_sandbox/{PLATFORM}/accounts"))

    def page(self) -> dict[str, Any]:
        """What the page of plans shows."""
        return dict(self._sent("GET", "/plan", None).json())

    def choose(self, plan: str, **more: Any) -> requests.Response:
        return self._sent("POST", "/plan/choose", {"plan": plan, **more})

    def cancel(self) -> requests.Response:
        return self._sent("POST", "/plan/cancel", {})

    def subscribe(self, plan: str, **more: Any) -> None:
        """The merchant chooses the plan, agrees to it, and comes back to the page."""
        answer = self.choose(plan, **more)
        assert answer.status_code == 200, answer.text
        left = requests.post(answer.json()["url"], data={"agree": "1"}, allow_redirects=False, timeout=30)
        assert left.headers["Location"].endswith(f"/manage/app/{ASKED.app_id}/plan")
        assert self.read()

    def books(self) -> list[dict[str, Any]]:
        """What BigCommerce has written down of the store."""
        return list(self.panel.control("GET", "/billing")["subscriptions"])

    def changed(self, **said: Any) -> None:
        """BigCommerce changes the store's newest subscription."""
        self.panel.control("PATCH", f"/subscriptions/{self.books()[-1]['id']}", said)

    def _sent(self, method: str, path: str, body: Any) -> requests.Response:
        token = self.panel.load().token
        return self.panel.send(token, method, path, body)
