"""Where an order was bought: one set of words, the same on every platform."""

from enum import StrEnum


class SalesChannel(StrEnum):
    """Which app, marketplace or social network it was, ``app`` says."""

    WEB = "web"
    """The store's own pages, on any device."""
    POS = "pos"
    """At a till."""
    MOBILE = "mobile"
    """In an app on a phone."""
    DRAFT = "draft"
    """Written up by a person of the store, also for a caller."""
    MARKETPLACE = "marketplace"
    """Amazon, eBay and the like."""
    SOCIAL = "social"
    """Within a social network."""
    SUBSCRIPTION = "subscription"
    """Renewed by a subscription, by itself."""
    IMPORT = "import"
    """Brought over from another system."""
    OTHER = "other"
    """Any other app or program."""
