"""Single values of Shopify's messages, checked and put into our form; used by both key styles.

Everything here raises ValueError (or a kin of it) for what cannot be; ``translate`` names the topic.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Annotated, Any, Protocol

from msgspec import Meta
from msgspec.json import encode

from plugin.domain.facts import DiscountKind, LineSeen, Pairs, Version
from plugin.domain.ids import LineId, ProductId
from plugin.domain.money import LIMIT, PLACES, ZERO
from plugin.domain.text import clean, fold

LARGEST_ID = 2**63 - 1
LONGEST_TEXT = 500
"""Characters kept of one text: Shopify's own limit is 255, and an index row holds about 2,700 bytes."""

LONGEST_NOTE = 5000
"""Characters of a note: Shopify's own limit."""
MOST_PAIRS = 100
DRAFT = "shopify_draft_order"
"""The source of an order that a person of the store wrote up."""
DISCOUNT_KINDS = {
    "discount_code": DiscountKind.CODE,
    "automatic": DiscountKind.AUTOMATIC,
    "manual": DiscountKind.MANUAL,
    "script": DiscountKind.AUTOMATIC,  # A program of the store's: nobody entered or granted anything.
    "DiscountCodeApplication": DiscountKind.CODE,
    "AutomaticDiscountApplication": DiscountKind.AUTOMATIC,
    "ManualDiscountApplication": DiscountKind.MANUAL,
    "ScriptDiscountApplication": DiscountKind.AUTOMATIC,
}
"""Webhooks and the Admin API name the kinds differently; one we do not know tells nothing."""

Id = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
Quantity = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Moment = Annotated[datetime, Meta(tz=True)]

OF_PRODUCT = ("type", "product_tag", "category", "compare_at_price")
"""Fields of a line that no message about an order says: they are what the product was when it was placed."""

PAID = frozenset({"paid", "partially_paid", "partially_refunded", "refunded"})
"""Financial states of which at least a part was paid once (README §2)."""


def to_utc(moment: datetime) -> datetime:
    """The same instant in UTC."""
    return moment.astimezone(UTC)


def utc(moment: datetime | None) -> datetime | None:
    """The same instant in UTC, if there is one."""
    return None if moment is None else moment.astimezone(UTC)


def text(value: str | None, longest: int = LONGEST_TEXT) -> str | None:
    """Storable text; None for absent and blank."""
    if not value:
        return None
    if not value.isascii() or "\x00" in value:
        value = clean(value)
    return value[:longest].strip() or None


def texts(values: Iterable[str]) -> tuple[str, ...]:
    """Storable texts without blanks, each once, in their order."""
    return tuple(dict.fromkeys(kept for value in values if (kept := text(value))))


class Named(Protocol):
    """A name with a value of any type."""

    name: str | None
    value: Any


def pairs(attributes: Iterable[Named]) -> Pairs:
    """Names and values; of two with one name the last."""
    found = {}
    for each in attributes:
        value = each.value if isinstance(each.value, str) else None if each.value is None else json_text(each.value)
        if (name := text(each.name)) and (kept := text(value, LONGEST_NOTE)):
            found[name] = kept
    return tuple(found.items())[:MOST_PAIRS]


def json_text(value: object) -> str:
    """A number, a truth or a list as the message wrote it."""
    return encode(value).decode()


def discount_kinds(types: Iterable[str | None]) -> tuple[DiscountKind, ...]:
    """How the discounts came to the order, each kind once."""
    return tuple(sorted({DISCOUNT_KINDS[each] for each in types if each in DISCOUNT_KINDS}))


def email_domain(email: str | None) -> tuple[str, ...]:
    """What stands after the last @, as rules compare it; nothing where there is none."""
    domain = fold((email or "").rpartition("@")[2]) if "@" in (email or "") else ""
    return (domain,) if domain else ()


def amount(value: Decimal | None) -> Decimal:
    """The amount to four places; absent is zero. ValueError for what ``numeric(20,4)`` cannot hold."""
    if not value:
        return ZERO
    if not value.is_finite() or abs(value) >= LIMIT:
        raise ValueError(f"amount out of range: {str(value)[:40]!r}")
    return value.quantize(PLACES)


def country(code: str | None) -> str | None:
    """An ISO 3166 alpha-2 code in upper case, or None."""
    code = (code or "").strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def number(gid: str) -> int:
    """The number at the end of a gid: ``gid://shopify/Order/12`` is 12."""
    digits = gid.rpartition("/")[2].partition("?")[0]
    if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits[:20]) <= LARGEST_ID:
        raise ValueError(f"not an id: {gid[:60]!r}")
    return int(digits)


def version(updated_at: datetime, seen_at: datetime, body: bytes) -> Version:
    """Where this state stands among all states of its thing."""
    return Version(updated_at.astimezone(UTC), seen_at, blake2b(body, digest_size=8).digest())


def line(
    *,
    id: int,  # noqa: A002 - the fact's own word
    product: int | None,
    variant: int | None,
    quantity: int,
    bought: int,
    price: Decimal,
    discounts: Iterable[Decimal],
    included_tax: Iterable[Decimal | None],
    title: str | None,
    sku: str | None,
    vendor: str | None,
    gift_card: bool | None,
    options_unknown: bool,
    properties: Pairs,
    selling_plan: str | None = None,
    unsaid: tuple[str, ...] = (),
) -> LineSeen:
    """A line bought; included tax leaves the gross, so that gross − discount is free of tax.

    What the product was then is not in any message about an order: it is unknown until a version of the product
    from before the order tells (plugin/db/snapshots.py); what it cost to buy no message says. ``unsaid``: what else
    this message does not say; ``options_unknown``: there are some, and only their values are told. ``bought``: how
    many of the quantity stayed in the order; discounts and tax are those of the whole quantity.
    """
    share = Decimal(bought) / quantity if quantity else Decimal(1)
    taxed = sum(map(amount, included_tax), ZERO) * share
    of_product = (*OF_PRODUCT, *(("option",) if options_unknown else ()))
    return LineSeen(
        LineId(id),
        None if product is None else ProductId(product),
        variant,
        bought,
        gross=amount(amount(price) * bought - taxed),
        discount=amount(sum(map(amount, discounts), ZERO) * share),
        title=text(title),
        sku=text(sku),
        vendor=text(vendor),
        gift_card=bool(gift_card),
        price=amount(price),
        properties=properties,
        selling_plan=selling_plan,
        unknown=("cost", *unsaid, *of_product),
        of_product=of_product,
    )
