"""What a demo is of: one platform's pretend store, with the words its people use."""

from dataclasses import dataclass

from embedded.bigcommerce import BigCommerceStory
from embedded.shopify import ShopifyStory
from embedded.story import Draft, Story

_RECENT = "count(orders WHERE date >= -14d) >= 1"
_REGULAR = "number_of_orders >= 3"
_SPENDER = "amount_spent >= 500"


@dataclass(frozen=True)
class Flavour:
    """A demo of one platform."""

    story: type[Story]
    shop: str
    """The store, as its platform calls it."""
    front: str
    """Of the sandbox: the page to begin at."""
    segments: tuple[Draft, ...]
    """The first is the one a purchase leads into."""
    installed: str
    """How the app came to the store."""
    written: str
    """What live segments lead to."""
    invitation: str
    """What can be seen and tried."""


SHOPIFY = Flavour(
    story=ShopifyStory,
    shop="corner-shop.myshopify.com",
    front="/admin/store/corner-shop",
    segments=(
        Draft("Recent buyers", _RECENT, "recent-buyer"),
        Draft("Regulars", _REGULAR, "regular"),
        Draft("Big spenders", _SPENDER, "big-spender"),
    ),
    installed="its page was opened in the store's admin",
    written="their tags go to the store",
    invitation="The store's admin with the app in it, and beside it the shop window: buy something, watch the tag.",
)
BIGCOMMERCE = Flavour(
    story=BigCommerceStory,
    shop="cornershop",
    front="/bigcommerce/manage/cornershop",
    segments=(
        Draft("Recent buyers", _RECENT, "Recent buyer"),
        Draft("Regulars", _REGULAR, "Regular"),
        Draft("Big spenders", _SPENDER, "Big spender"),
    ),
    installed="its owner confirmed it in the control panel",
    written="they are written into the customer attribute Segments",
    invitation="The control panel with the app in it, and beside it the storefront: buy something, watch Segments.",
)
FLAVOURS = {"shopify": SHOPIFY, "bigcommerce": BIGCOMMERCE}
"""By the platform's name; the first is shown where none is asked for."""
