"""A checked store file as messages for the inbox: one for each customer with their orders, one for each product."""

from collections.abc import Iterator
from typing import Any

from msgspec.json import encode

from plugin.platforms.given.kinds import Plain
from plugin.platforms.given.translate import CUSTOMER, PRODUCT


def deliveries(file: Plain, spoken: frozenset[str] = frozenset()) -> Iterator[tuple[str, bytes]]:
    """Topics and bodies. ``spoken``: the metafields and attributes that rules speak of; one that a customer
    says nothing about is unknown of them."""
    currency = file.get("store", {}).get("currency", "USD")
    for product in file.get("store", {}).get("products") or ():
        yield PRODUCT, encode(product)
    for customer in file["customers"]:
        yield CUSTOMER, encode({"currency": currency, "customer": {**customer, "names": sorted(spoken)}})


def ids(file: Plain) -> list[Any]:
    """The customers' ids as they are written."""
    return [customer["id"] for customer in file["customers"]]
