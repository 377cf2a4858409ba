"""The merchant removes the app."""

from sandbox.commerce.plans import leave
from sandbox.store.shop import Shop
from sandbox.webhooks import shop_body
from sandbox.webhooks.announce import Announcer


def uninstall(announcer: Announcer, shop: Shop) -> None:
    """The app is gone from the shop: tokens are dead at once, it hears of it, subscriptions and its plan end."""
    with shop.lock:
        if not shop.installed:
            return
        shop.tokens.revoke()
        leave(announcer, shop)
        announcer.announce(shop, ("app/uninstalled", lambda: shop_body.shop(shop)))
        shop.installed = False
        shop.subscriptions.clear()
