"""Puts this platform beside its neighbour."""

import pkgutil
from importlib import import_module
from types import ModuleType

from flask import Flask

from sandbox.bigcommerce import api as api_package
from sandbox.bigcommerce import control as control_package
from sandbox.bigcommerce import pages as pages_package
from sandbox.bigcommerce.accounts.route import accounts
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.control.answers import control
from sandbox.bigcommerce.oauth.login import login
from sandbox.bigcommerce.pages.route import pages
from sandbox.bigcommerce.world import EXTENSION, World
from sandbox.config import Config


def mount(app: Flask, config: Config) -> None:
    """The app answers for this platform too, over a new, empty world."""
    app.extensions[EXTENSION] = World(config)
    for package in (api_package, control_package, pages_package):
        _open_doors(package)
    for part in (api, control, login, accounts, pages):
        app.register_blueprint(part)


def _open_doors(package: ModuleType) -> None:
    """Every module of the package has added its routes, which it does when it is imported."""
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
