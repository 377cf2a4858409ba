"""Who we talk to: one package per platform, and ``http``, the only door out.

Platforms do not know each other; nothing above them knows a payload key.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from plugin.domain.errors import NotFound
from plugin.domain.facts import Fact
from plugin.platforms.base import Verified
from plugin.platforms.shopify import translate as _shopify_translate
from plugin.platforms.shopify import webhooks as _shopify_webhooks


class Platform(NamedTuple):
    """What is needed of a platform where any may come: a delivery is proven and translated.

    Calls to a store go through the platform's own ``client`` and ``sync``.
    """

    name: str
    verify_environ: Callable[[Mapping[str, object], bytes, Sequence[str]], Verified]
    translate: Callable[[str, bytes, datetime], tuple[Fact, ...]]


_PLATFORMS = {
    each.name: each for each in (Platform("shopify", _shopify_webhooks.verify_environ, _shopify_translate.translate),)
}


def platform(name: str) -> Platform:
    """The platform of this name; raises NotFound."""
    try:
        return _PLATFORMS[name]
    except KeyError:
        raise NotFound(f"no platform {name!r}") from None
