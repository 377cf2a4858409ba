"""What commands open: the settings, the database, a store by the name a person types."""

from plugin.db import stores
from plugin.db.stores import Store
from plugin.db.transaction import Database
from plugin.domain.errors import NotFound
from plugin.settings import Settings


def settings() -> Settings:
    """The environment's settings; raises SettingsError with every mistake."""
    return Settings.from_environment()


def database(of: Settings | None = None) -> Database:
    """The database in the roles of the product, by these settings or the environment's."""
    return Database((of or settings()).role_url, "regulars-cli")


def find_store(of: Database, asked: str) -> Store:
    """The newest store with this id or domain (``shop`` is enough for ``shop.myshopify.com``); raises NotFound."""
    names = {asked.lower(), f"{asked.lower()}.myshopify.com"}
    found = [store for store in stores.every(of) if str(store.id) == asked or store.domain.lower() in names]
    if not found:
        raise NotFound(f"There is no store {asked}. `regulars stores` lists them.")
    return found[-1]
