"""Puts this platform beside its neighbour."""

from flask import Flask

from sandbox.bigcommerce.api import (
    addresses,
    attribute_values,
    attributes,
    catalog,
    customers,
    form_fields,
    groups,
    hooks,
    information,
    metafields,
    orders,
    prices,
    profiles,
    refunds,
    segments,
    subscribers,
)
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.control import access, people, stores, trade
from sandbox.bigcommerce.control.answers import control
from sandbox.bigcommerce.oauth.login import login
from sandbox.bigcommerce.world import EXTENSION, World
from sandbox.config import Config

API = (
    addresses,
    attribute_values,
    attributes,
    catalog,
    customers,
    form_fields,
    groups,
    hooks,
    information,
    metafields,
    orders,
    prices,
    profiles,
    refunds,
    segments,
    subscribers,
)
CONTROL = (access, people, stores, trade)
"""Modules that add their routes to ``api`` and ``control`` when they are imported."""


def mount(app: Flask, config: Config) -> None:
    """The app answers for this platform too, over a new, empty world."""
    app.extensions[EXTENSION] = World(config)
    for part in (api, control, login):
        app.register_blueprint(part)
