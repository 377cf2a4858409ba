"""The house, the visitor and the store of the request that is being answered."""

from typing import Any

from flask import current_app, g, has_request_context, request

from plugin.domain.ids import StoreId
from plugin.flow.house import House
from plugin.platforms import Platform, platform_of_page
from plugin.platforms.base import Identity

PAGE = "X-Page"
"""A header with which our page says on which platform it stands: nothing but words depends on it."""


def house() -> House:
    """The app's house."""
    found: House = current_app.extensions["house"]
    return found


def identity() -> Identity:
    """Who asks, proven by ``session``."""
    found: Identity = g.identity
    return found


def store_id() -> StoreId:
    """The store of who asks; nothing a request says can name another."""
    found: StoreId = g.store_id
    return found


def platform() -> Platform[Any]:
    """The platform of who asks; before they are known, the one that their page names."""
    name = g.get("platform") if has_request_context() else None
    return platform_of_page(name or (request.headers.get(PAGE, "") if has_request_context() else ""))
