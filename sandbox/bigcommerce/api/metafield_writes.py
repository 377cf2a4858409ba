"""Writing customer metafields: what is allowed, and what is told."""

from typing import Any

from sandbox import moments
from sandbox.bigcommerce.api.answers import Refused, the_store, the_world
from sandbox.bigcommerce.store.extras import Metafield

LENGTHS = {"namespace": (1, 64), "key": (1, 64), "value": (1, 65535), "description": (0, 255)}
PERMISSIONS = ("app_only", "read", "write", "read_and_sf_access", "write_and_sf_access")
MOST = 250
"""Of one client, at one customer."""


def make(said: dict[str, Any]) -> Metafield:
    """A new one. Raises Refused."""
    store, client = the_store(), the_world().registration.client_id
    missing = [name for name in ("namespace", "key", "value", "permission_set") if name not in said]
    if missing:
        raise Refused(422, "JSON data is missing or invalid", {name: f"{name} is required" for name in missing})
    _check(said)
    owner = said.get("resource_id")
    if owner not in store.customers:
        raise Refused(404, f"Customer {owner} does not exist.")
    mine = [each for each in store.customers[owner].metafields.values() if each.client_id == client]
    if any((each.namespace, each.key) == (said["namespace"], said["key"]) for each in mine):
        raise Refused(409, "The metafield conflicts with another metafield.")
    if len(mine) >= MOST:
        raise Refused(422, "Too many metafields.", {"key": f"{MOST} metafields at most"})
    at = moments.now()
    made = Metafield(
        store.numbers.next("metafield"), owner, client, said["namespace"], said["key"], said["value"],
        str(said.get("description", "")), said["permission_set"], at, at,
    )  # fmt: skip
    store.metafields[made.id] = store.customers[owner].metafields[made.id] = made
    _tell(made, "created")
    return made


def change(said: dict[str, Any]) -> Metafield:
    """It says this. Raises Refused."""
    found = the_store().metafields.get(said.get("id", 0))
    if found is None:
        raise Refused(404, f"Metafield {said.get('id')} does not exist.")
    if found.client_id != the_world().registration.client_id:
        raise Refused(403, "The metafield belongs to another app.")
    _check(said)
    for name in ("namespace", "key", "value", "description", "permission_set"):
        if name in said:
            setattr(found, name, said[name])
    found.updated_at = moments.now()
    _tell(found, "updated")
    return found


def forget(it: Metafield) -> None:
    """It is gone."""
    del the_store().metafields[it.id], the_store().customers[it.customer_id].metafields[it.id]
    _tell(it, "deleted")


def _check(said: dict[str, Any]) -> None:
    wrong = {}
    for name, (least, most) in LENGTHS.items():
        value = said.get(name, "x" * least)
        if not isinstance(value, str) or not least <= len(value) <= most:
            wrong[name] = f"{name} must be a text of {least} to {most} characters"
    if said.get("permission_set", "read") not in PERMISSIONS:
        wrong["permission_set"] = f"permission_set is one of {', '.join(PERMISSIONS)}"
    if wrong:
        raise Refused(422, "JSON data is missing or invalid", wrong)


def _tell(it: Metafield, verb: str) -> None:
    data = {"type": "metafield", "metafield_id": it.id, "resource_id": str(it.customer_id), "resource_type": "customer"}
    scopes = (f"store/customer/metafield/{verb}", f"store/metafield/{verb}")
    the_world().announcer.announce(the_store(), *((scope, data) for scope in scopes))
