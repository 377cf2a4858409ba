"""How a shop can fail, besides what every store can."""

from dataclasses import dataclass, field

from sandbox import faults
from sandbox.faults import CallFaults, DeliveryFaults


@dataclass(slots=True)
class WebhookFaults(DeliveryFaults):
    """Shares between 0 and 1 of the shop's deliveries, drawn from one seeded source."""

    late_topics: list[str] = field(default_factory=list)
    """Every delivery of these topics is late by ``delay_seconds``: an update comes before its creation."""
    without_shop_domain: bool = False
    """``X-Shopify-Shop-Domain`` is missing."""
    secret: str = ""
    """Signed with this secret instead of the app's, as for an hour after a rotation."""
    both_subscriptions: bool = False
    """A topic taken both app-wide and by the shop at one address comes twice, as on the real platform."""

    def delays(self, topic: str) -> bool:
        return topic in self.late_topics


@dataclass(slots=True)
class ApiFaults(CallFaults):
    """What becomes of the next calls. Numbers count down as they are used."""

    partner_status_next: list[int] = field(default_factory=list)
    """Answered instead of the Partner API to questions about this shop, one a call."""
    lose_refresh_response: int = 0
    """The token is rotated, but answered with 520."""
    omit_expiry_next: int = 0
    """Token answers that do not say how long the tokens live."""
    misread: list[str] = field(default_factory=list)
    """Search fields that the API does not know any more: left out of a query, with a warning."""
    bulk_hold_seconds: float = 0.0
    """Bulk operations stay RUNNING at least so long."""
    bulk_busy_next: int = 0
    """Starts of bulk mutations that are told to come again."""
    bulk_gap_next: int = 0
    """Bulk queries that end as COMPLETED with lines missing: every third thing at the top, not those below it."""
    bulk_fail_next: int = 0
    """Bulk operations that end as FAILED, half of the file written."""


class Faults(faults.Faults[WebhookFaults, ApiFaults]):
    """The shop's own."""

    def __init__(self) -> None:
        super().__init__(WebhookFaults, ApiFaults)
