"""Admin GraphQL: the app's links and panels in the control panel, two at most."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Response
from graphql import GraphQLError

from sandbox.bigcommerce import graphs
from sandbox.bigcommerce.api.answers import the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.store.hook import Extension

SCHEMA = Path(__file__).parent / "admin.graphql"
MOST = 2
PREFIX = "bc/store/appExtension/"


@api.post("/graphql")
def admin() -> Response:
    """The answer, with ``errors`` where something is wrong."""
    with the_store().lock:
        mutations = {"createAppExtension": create, "updateAppExtension": update, "deleteAppExtension": delete}
        now = datetime.now(UTC).isoformat()
        root = {"store": {"appExtensions": listed}, "appExtension": mutations, "system": {"time": now}}
        return graphs.answered(SCHEMA, root)


def listed(info: Any, first: int = 10, after: str | None = None, ids: list[str] | None = None) -> dict[str, Any]:
    """The app's extensions at this store."""
    rows = [_shown(each) for each in the_store().extensions.values() if ids is None or each.id in ids]
    return graphs.connection(rows, first, after)


def create(info: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (as the schema calls it)
    """One more."""
    store = the_store()
    if len(store.extensions) >= MOST:
        raise GraphQLError(f"The maximum number of app extensions is {MOST}.")
    if not input["url"].startswith("/"):
        raise GraphQLError("The url must be a path.")
    number = f"{PREFIX}{store.numbers.next('extension')}"
    label = input["label"]
    made = Extension(number, input["context"], input["model"], input["url"], label["defaultValue"], label["locales"])
    store.extensions[made.id] = made
    return {"appExtension": _shown(made)}


def update(info: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    """Its url and label are these."""
    found, wanted = _the_extension(input["id"]), input["data"]
    found.url = wanted.get("url") or found.url
    if wanted.get("label"):
        found.label, found.locales = wanted["label"]["defaultValue"], wanted["label"]["locales"]
    return {"appExtension": _shown(found)}


def delete(info: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    """It is gone."""
    found = _the_extension(input["id"])
    del the_store().extensions[found.id]
    return {"deletedAppExtensionId": found.id}


def _the_extension(number: str) -> Extension:
    found = the_store().extensions.get(number)
    if found is None:
        raise GraphQLError("App extension not found.")
    return found


def _shown(it: Extension) -> dict[str, Any]:
    label = {"defaultValue": it.label, "locales": it.locales}
    return {"id": it.id, "context": it.context, "model": it.model, "url": it.url, "label": label}
