"""Shopify's sources of orders in our words: a name, the number of an app, or an app's word for its channel."""

from typing import NamedTuple

from plugin.domain.channels import SalesChannel
from plugin.domain.text import fold
from plugin.platforms.shopify.values import DRAFT, text

SOURCES = {
    **{str(channel): channel for channel in SalesChannel},
    "580111": SalesChannel.WEB,  # The number of the online store.
    "buy_button": SalesChannel.WEB,
    "129785": SalesChannel.POS,
    "iphone": SalesChannel.MOBILE,
    "ipad": SalesChannel.MOBILE,
    "android": SalesChannel.MOBILE,
    "mobile_app": SalesChannel.MOBILE,
    DRAFT: SalesChannel.DRAFT,
    "subscription_contract": SalesChannel.SUBSCRIPTION,
    "subscription_contract_checkout_one": SalesChannel.SUBSCRIPTION,
}
BRANDS = {
    **dict.fromkeys(("amazon", "ebay", "etsy", "walmart", "zalando", "otto", "bol"), SalesChannel.MARKETPLACE),
    **dict.fromkeys(("facebook", "instagram", "tiktok", "pinterest", "snapchat", "youtube"), SalesChannel.SOCIAL),
}
"""The first word of an app's word: ``channel:amazon-us`` is Amazon."""


class Bought(NamedTuple):
    """Where an order was bought; the app that made it by name and number, as far as they are known."""

    channel: SalesChannel | None
    app: str | None
    app_id: str | None


def bought(source: str | None, app: str | None, app_id: str | None) -> Bought:
    """The source in our words. What they don't say stands as the app, unless that is known by itself."""
    raw = text(source)
    if raw is None:
        return Bought(None, app, app_id)
    word = fold(raw).removeprefix("channel:")
    if (known := SOURCES.get(word)) is not None:
        return Bought(known, app, app_id)
    channel = BRANDS.get(word.replace("_", "-").partition("-")[0], SalesChannel.OTHER)
    if app is not None or app_id is not None:
        return Bought(channel, app, app_id)
    return Bought(channel, None, word) if word.isdecimal() else Bought(channel, raw, None)
