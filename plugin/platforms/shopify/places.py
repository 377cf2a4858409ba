"""Addresses and where an order came from, in our form; used by both key styles."""

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from plugin.domain.facts import Address
from plugin.platforms.shopify.values import country, text


def address(
    code: str | None,
    province: str | None,
    city: str | None,
    postcode: str | None,
    point: tuple[float | None, float | None] = (None, None),
    main: bool = False,
) -> Address:
    """An address; what is no country, no place on earth is left out."""
    land, part = country(code), text(province)
    latitude, longitude = point
    known = latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180
    return Address(
        land,
        None if land is None or part is None else f"{land}-{part.upper()}",
        text(city),
        text(postcode),
        latitude if known else None,
        longitude if known else None,
        main,
    )


def sent_to(shipping: Address, billing: Address) -> Address:
    """Where the order belongs: what needs no shipping belongs where the bill goes."""
    return billing if shipping.country is None and billing.country is not None else shipping


class Utm(NamedTuple):
    """The five parameters with which a link says which campaign it belongs to."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None


def utm(landing_site: str | None) -> Utm:
    """What the address of the first page of the visit says."""
    if not landing_site or "utm_" not in landing_site:
        return Utm()
    said = parse_qs(urlsplit(landing_site).query, max_num_fields=100)
    return Utm(*(text(said.get(f"utm_{name}", [""])[0]) for name in Utm._fields))
