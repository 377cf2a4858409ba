"""The house, the visitor and the store of the request that is being answered."""

from flask import current_app, g

from plugin.domain.ids import StoreId
from plugin.flow.house import House
from plugin.platforms.base import Identity


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
