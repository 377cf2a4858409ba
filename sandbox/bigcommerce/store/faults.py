"""How a BigCommerce store can fail, besides what every store can."""

from dataclasses import dataclass, field

from sandbox import faults
from sandbox.faults import CallFaults, DeliveryFaults


@dataclass(slots=True)
class WebhookFaults(DeliveryFaults):
    """Shares between 0 and 1 of the store's deliveries, drawn from one seeded source."""

    late_scopes: list[str] = field(default_factory=list)
    """Every delivery of these scopes is late by ``delay_seconds``."""
    lost_while_blocked: float = 0.0
    """Never sent, when their domain is blocked at that moment; the others are tried again later."""
    signed: bool = False
    """Deliveries carry a signature after Standard Webhooks, made with the app's client secret."""
    signing_secret: str = ""
    """The signature is made with this text instead."""
    without_headers: bool = False
    """The headers the app asked for are missing."""
    producer: str = ""
    """What deliveries say they come from, instead of ``stores/{hash}``."""
    numeric_store_id: bool = False
    """``store_id`` is a number, as in older samples."""

    def delays(self, topic: str) -> bool:
        return topic in self.late_scopes


@dataclass(slots=True)
class ApiFaults(CallFaults):
    """What becomes of the next calls. Numbers count down as they are used."""

    throttle_bare_next: int = 0
    """Answered with 429 and no headers."""
    account_status_next: list[int] = field(default_factory=list)
    """Answered instead of the Account API to questions about this store, one a call."""
    slow_seconds: float = 0.0
    """Every call takes at least so long, so that several are in flight."""
    concurrency: int = 0
    """So many calls of one endpoint at once, for endpoints without a limit of their own too; 0 is no more limits."""
    batch_refuses: list[int] = field(default_factory=list)
    """Customers a write refuses with 422, and with them the whole batch."""
    groups_status: int = 0
    """What groups are answered with, as on a plan that has none."""
    list_archived: bool = False
    """Lists of orders have the archived ones too."""


class Faults(faults.Faults[WebhookFaults, ApiFaults]):
    """The store's own."""

    def __init__(self) -> None:
        super().__init__(WebhookFaults, ApiFaults)
