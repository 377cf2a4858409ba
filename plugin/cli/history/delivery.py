"""One webhook of a history: what Shopify would have sent, and its id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

from plugin.platforms.shopify.webhooks import sign


@dataclass(frozen=True, slots=True)
class Delivery:
    """A topic, the bytes of its body, and when the store made it."""

    topic: str
    triggered_at: datetime
    body: bytes

    @property
    def webhook_id(self) -> str:
        """Follows from the content: the same history played again is all duplicates."""
        content = blake2b(self.topic.encode(), digest_size=16)
        content.update(self.moment.encode())
        content.update(self.body)
        return str(UUID(bytes=content.digest()))

    @property
    def moment(self) -> str:
        """``triggered_at`` as the header says it."""
        return self.triggered_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def headers(self, shop: str, secret: str, api_version: str) -> Mapping[str, str]:
        """The headers Shopify would send with it."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "regulars replay",
            "X-Shopify-Topic": self.topic,
            "X-Shopify-Shop-Domain": shop,
            "X-Shopify-Webhook-Id": self.webhook_id,
            "X-Shopify-Triggered-At": self.moment,
            "X-Shopify-API-Version": api_version,
            "X-Shopify-Hmac-Sha256": sign(self.body, secret),
        }
