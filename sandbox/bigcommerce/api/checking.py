"""What is wrong with a customer or an address somebody wants to write."""

from decimal import Decimal
from typing import Any

from sandbox.bigcommerce.api.answers import Refused
from sandbox.bigcommerce.store.store import Store

TEXTS = {
    "email": (3, 255), "first_name": (1, 100), "last_name": (1, 100), "company": (0, 255), "phone": (0, 50),
    "notes": (0, 65535), "tax_exempt_category": (0, 255),
}  # fmt: skip
ADDRESS_TEXTS = {
    "first_name": (1, 255), "last_name": (1, 255), "company": (0, 255), "address1": (0, 255), "address2": (0, 255),
    "city": (0, 100), "state_or_province": (0, 100), "postal_code": (0, 30), "country_code": (2, 2), "phone": (0, 50),
}  # fmt: skip
READ_ONLY = ("id", "registration_ip_address", "date_created", "date_modified", "origin_channel_id", "attributes")
NEEDED = ("email", "first_name", "last_name")


def checked(store: Store, said: dict[str, Any], method: str, index: int) -> dict[str, Any]:
    """What of it can be written, in the store's own words. Raises Refused."""
    missing = [name for name in NEEDED if name not in said] if method == "POST" else []
    wrong = {f"{index}.{name}": f"{name} is required" for name in missing} | texts(said, TEXTS, index)
    made: dict[str, Any] = {name: said[name] for name in TEXTS if name in said}
    if "customer_group_id" in said:
        group = said["customer_group_id"]
        if isinstance(group, bool) or not isinstance(group, int):
            wrong[f"{index}.customer_group_id"] = "customer_group_id must be an integer"
        elif group and group not in store.groups:
            wrong[f"{index}.customer_group_id"] = f"customer group {group} does not exist"
        made["group_id"] = group
    taken = _taken(store, said)
    if taken:
        wrong[f"{index}.email"] = f"email {said['email']} already in use"
    if wrong:
        raise Refused(422, f"{'Create' if method == 'POST' else 'Update'} customers failed.", wrong)
    if "accepts_product_review_abandoned_cart_emails" in said:
        made["accepts_reviews"] = bool(said["accepts_product_review_abandoned_cart_emails"])
    if "form_fields" in said:
        made["form_fields"] = {each["name"]: each["value"] for each in said["form_fields"]}
    if said.get("store_credit_amounts"):
        made["store_credit"] = Decimal(str(said["store_credit_amounts"][0]["amount"]))
    if "channel_ids" in said:
        made["channel_ids"] = list(said["channel_ids"] or [])
    return made


def texts(said: dict[str, Any], known: dict[str, tuple[int, int]], index: int) -> dict[str, str]:
    """What is wrong with the texts of an element."""
    wrong = {}
    for name, (least, most) in known.items():
        value = said.get(name, "x" * least)
        if not isinstance(value, str) or not least <= len(value) <= most:
            wrong[f"{index}.{name}"] = f"{name} must be a text of {least} to {most} characters"
    return wrong


def _taken(store: Store, said: dict[str, Any]) -> bool:
    email = said.get("email")
    if not isinstance(email, str):
        return False
    return any(
        each.email.casefold() == email.casefold() and each.id != said.get("id") for each in store.customers.values()
    )
