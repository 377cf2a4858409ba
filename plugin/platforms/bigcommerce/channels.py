"""Where an order was bought, in our words. ``order_source`` has a documented set of values (Orders V2)."""

from typing import NamedTuple

from plugin.domain.channels import SalesChannel
from plugin.domain.text import fold
from plugin.platforms.bigcommerce.values import text

SOURCES = {
    "www": SalesChannel.WEB,
    "buybutton": SalesChannel.WEB,
    "checkout_api": SalesChannel.WEB,  # A storefront without BigCommerce's pages.
    "iphone": SalesChannel.WEB,  # The store's own pages on a phone: what an app sells comes by the API.
    "ipad": SalesChannel.WEB,
    "android": SalesChannel.WEB,
    "mobile": SalesChannel.WEB,
    "manual": SalesChannel.DRAFT,
    "amazon": SalesChannel.MARKETPLACE,
    "ebay": SalesChannel.MARKETPLACE,
    "facebookmarketplace": SalesChannel.MARKETPLACE,
    "facebookshop": SalesChannel.SOCIAL,
    "facebookcheckout": SalesChannel.SOCIAL,
    "pinterest": SalesChannel.SOCIAL,
    "socialshop": SalesChannel.SOCIAL,
}
MIGRATED = "m-mig"
"""What BigCommerce asks everybody to call orders from another system."""


class Bought(NamedTuple):
    """Where an order was bought: our word, and the channel of the store by name and number."""

    channel: SalesChannel | None
    app: str | None
    app_id: str | None


def bought(source: str | None, external: str | None, storefront: str | None, channel_id: int | None) -> Bought:
    """The source in our words. An order that another system made says which, else its channel is the app."""
    told, made = text(source), text(external)
    number = None if not channel_id else str(channel_id)
    if made is not None and fold(made) == MIGRATED:
        return Bought(SalesChannel.IMPORT, storefront, number)
    channel = None if told is None else SOURCES.get(fold(told), SalesChannel.OTHER)
    if made is not None and fold(made).startswith("pos"):
        channel = SalesChannel.POS
    return Bought(channel, made or storefront, number)
