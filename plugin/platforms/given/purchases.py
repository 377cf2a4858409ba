"""An order of a store file as facts: what was bought, what it came to, what was given back."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from plugin.domain.facts import (
    DiscountKind,
    DisputeSeen,
    Fact,
    LineSeen,
    OrderSeen,
    RefundLineSeen,
    RefundSeen,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId
from plugin.domain.money import PLACES, ZERO
from plugin.platforms.given.sales import PAID, position
from plugin.platforms.given.values import amount, moment, number, since

Plain = Mapping[str, Any]

OF_ORDER: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "channel": ("channel",),
    "location": ("location", "location_id"),
    "app": ("app", "app_id"),
    "staff": ("staff",),
    "draft": ("draft",),
    "tags": ("tag",),
    "gateways": ("gateway",),
    "shipping_method": ("shipping_method",),
    "gift": ("gift",),
    "gift_note": ("gift_note",),
    "note": ("note",),
    "properties": ("property",),
    "presentment": ("currency",),
}
"""Fields of the catalogue that are unknown of an order when the key is absent."""
OF_LINE: Mapping[str, tuple[str, ...]] = {
    "product": ("product_id",),
    "variant": ("variant_id",),
    "title": ("title",),
    "sku": ("sku",),
    "options": ("option",),
    "vendor": ("vendor",),
    "type": ("type",),
    "categories": ("category",),
    "tags": ("product_tag",),
    "compare_at": ("compare_at_price",),
    "cost": ("cost", "profit"),
    "selling_plan": ("selling_plan",),
    "properties": ("property",),
}
PLACES_OF_ADDRESS = ("country", "region", "city", "postcode")
UTM = ("source", "medium", "campaign", "term", "content")


def facts(order: Plain, place: int, customer: Plain, version: Version, currency: str) -> Iterator[Fact]:
    """The order, its refunds and disputes. ``place``: which of the customer's orders, from 1."""
    written = order.get("id") or f"{customer['id']}/order {place}"
    own = OrderId(number(written))
    lines = _lines(order, str(written))
    yield _seen(order, own, CustomerId(number(customer["id"])), lines, version, currency)
    before: Counter[LineId] = Counter()
    for nth, refund in enumerate(order.get("refunds") or (), 1):
        yield _refund(order, own, refund, f"{written}/refund {nth}", lines, version, before)
    for nth, dispute in enumerate(order.get("disputes") or (), 1):
        one = number(dispute.get("id") or f"{written}/dispute {nth}")
        for state, at in dispute["state"]:
            yield DisputeSeen(own, one, since(at or dispute.get("at")), state.upper())


def _seen(
    order: Plain, own: OrderId, who: CustomerId, lines: Sequence[LineSeen], version: Version, currency: str
) -> OrderSeen:
    gross = sum((line.gross for line in lines), ZERO)
    discount = sum((line.discount for line in lines), ZERO)
    shipping, tax = (amount(order.get(key, "0")) or ZERO for key in ("shipping", "tax"))
    total = gross - discount + shipping + tax if "total" not in order else Decimal(order["total"])
    shipped, billed = _address(order, "shipping_address"), _address(order, "billing_address")
    location, app = order.get("location") or {}, order.get("app") or {}
    presentment, utm = order.get("presentment") or {}, order.get("utm") or {}
    codes = [each["code"] for each in order.get("discounts") or () if each.get("code")]
    return OrderSeen(
        own,
        who,
        version,
        placed_at=since(order["placed"]),
        paid_at=moment(order["placed"]) if total == 0 else _paid(order),
        cancelled_at=moment(order.get("cancelled")),
        test=order.get("test", False),
        currency=currency,
        gross=gross,
        discount=discount,
        shipping=shipping,
        tax=tax,
        total=total,
        lines=tuple(lines),
        name=order.get("name"),
        channel=order.get("channel"),
        app_id=_id_text(app),
        location_id=_id_text(location),
        discount_codes=tuple(dict.fromkeys(codes)),
        tags=tuple(order.get("tags") or ()),
        **shipped,
        **{f"billing_{key}": value for key, value in billed.items()},
        presentment_currency=presentment.get("currency"),
        presentment_total=amount(presentment.get("total")),
        location=location.get("name"),
        app=app.get("name"),
        staff=order.get("staff"),
        discount_kinds=tuple(dict.fromkeys(_kinds(order))),
        gateways=tuple(order.get("gateways") or ()),
        shipping_method=order.get("shipping_method"),
        **{f"utm_{key}": utm.get(key) for key in UTM},
        gift=order.get("gift"),
        gift_note=order.get("gift_note"),
        note=order.get("note"),
        draft=order.get("draft"),
        properties=tuple((order.get("properties") or {}).items()),
        unknown=tuple(dict.fromkeys(_unknown(order))),
    )


def _unknown(order: Plain) -> Iterator[str]:
    yield from (name for key, names in OF_ORDER.items() if key not in order for name in names)
    for key, prefix in (("shipping_address", ""), ("billing_address", "billing_")):
        given = order.get(key, {})
        for part in PLACES_OF_ADDRESS:
            if given is not None and part not in given:
                yield f"{prefix}{part}"
                if part != "region":
                    yield "address_differs"
    for key, name in (("location", "location"), ("app", "app")):
        named = order.get(key)
        if named is not None:
            yield from ([name] if "name" not in named else [])
            yield from ([f"{name}_id"] if "id" not in named else [])
    given = order.get("utm", {})
    yield from (f"utm_{part}" for part in UTM if given is not None and part not in given)
    if any(not each.get("kind") and not each.get("code") for each in order.get("discounts") or ()):
        yield "discount_kind"


def _address(order: Plain, key: str) -> dict[str, Any]:
    address = order.get(key) or {}
    found = {part: address.get(part) for part in PLACES_OF_ADDRESS}
    country, region = found["country"], found["region"]
    if country and region and not region.upper().startswith(f"{country.upper()}-"):
        found["region"] = f"{country}-{region}"
    return found


def _id_text(named: Plain) -> str | None:
    return None if named.get("id") is None else str(number(named["id"]))


def _kinds(order: Plain) -> Iterator[DiscountKind]:
    for each in order.get("discounts") or ():
        if each.get("kind"):
            yield DiscountKind(each["kind"])
        elif each.get("code"):
            yield DiscountKind.CODE


def _paid(order: Plain) -> Any:
    """When it was paid at least in part; None: not yet."""
    if "paid" in order:
        return moment(order["paid"])
    states = order.get("payment_state")
    if states is None:
        return moment(order["placed"])
    first = next((step for step in states if step[0] in PAID), None)
    return None if first is None else moment(first[1] or order["placed"])


def _lines(order: Plain, written: str) -> list[LineSeen]:
    given: Sequence[Plain] = order.get("lines") or [{"price": order["amount"]}]
    gross = [Decimal(each["price"]) * each.get("quantity", 1) for each in given]
    discounts = _discounts(order, given, gross)
    return [
        LineSeen(
            LineId(number(each["id"]) if each.get("id") is not None else number(f"{written}/line {place}")),
            None if each.get("product") is None else ProductId(number(each["product"])),
            None if each.get("variant") is None else number(each["variant"]),
            each.get("quantity", 1),
            gross[place - 1],
            discounts[place - 1],
            title=each.get("title"),
            sku=each.get("sku"),
            vendor=each.get("vendor"),
            gift_card=each.get("gift_card", False),
            type=each.get("type"),
            product_tags=tuple(each.get("tags") or ()),
            price=Decimal(each["price"]),
            compare_at=amount(each.get("compare_at")),
            unit_cost=amount(each.get("cost")),
            categories=tuple(each.get("categories") or ()),
            options=tuple((each.get("options") or {}).items()),
            properties=tuple((each.get("properties") or {}).items()),
            selling_plan=each.get("selling_plan"),
            unknown=tuple(name for key, names in OF_LINE.items() if key not in each for name in names),
        )
        for place, each in enumerate(given, 1)
    ]


def _discounts(order: Plain, lines: Sequence[Plain], gross: Sequence[Decimal]) -> list[Decimal]:
    """What comes off each line: its own discounts, and of the order's a share in proportion to what is left."""
    off = [ZERO] * len(lines)
    whole = ZERO
    for each in order.get("discounts") or ():
        place = None if each.get("line") is None else position(lines, each["line"])
        if place is None:
            whole += Decimal(each["amount"])
        else:
            off[place] += Decimal(each["amount"])
    left = [most - own for most, own in zip(gross, off, strict=True)]
    if any(each < 0 for each in left) or whole > sum(left, ZERO):
        raise ValueError("the discounts are more than the lines come to")
    return [own + share for own, share in zip(off, _shares(whole, left), strict=True)]


def _shares(whole: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The amount in proportion to the weights, to four places, nothing lost: the rest goes to the heaviest."""
    total = sum(weights, ZERO)
    if not total:
        return [ZERO] * len(weights)
    shares = [(whole * each / total).quantize(PLACES, rounding=ROUND_DOWN) for each in weights]
    shares[weights.index(max(weights))] += whole - sum(shares, ZERO)
    return shares


def _refund(
    order: Plain,
    own: OrderId,
    refund: Plain,
    written: str,
    lines: Sequence[LineSeen],
    version: Version,
    before: Counter[LineId],
) -> RefundSeen:
    """``before``: how many units of each line came back in earlier refunds; those of this one are added."""
    given = order.get("lines") or [{}]
    back = [
        _refund_line(each, lines[0 if "line" not in each else position(given, each["line"]) or 0], before)
        for each in refund.get("lines") or ()
    ]
    goods = sum((each.amount for each in back), ZERO) if back else Decimal(refund["amount"])
    return RefundSeen(
        RefundId(number(refund.get("id") or written)),
        own,
        version,
        refunded_at=since(refund["date"]),
        goods=goods,
        total=goods if refund.get("total") is None else Decimal(refund["total"]),
        lines=tuple(back),
    )


def _refund_line(each: Plain, line: LineSeen, before: Counter[LineId]) -> RefundLineSeen:
    units = each.get("quantity", line.quantity)
    first, last = before[line.id], before[line.id] + units
    before[line.id] = last
    if each.get("amount") is not None:
        return RefundLineSeen(line.id, units, Decimal(each["amount"]))
    # Unit by unit they come to what the line cost, to the last place.
    so_far, now = (((line.gross - line.discount) * n / line.quantity).quantize(PLACES) for n in (first, last))
    return RefundLineSeen(line.id, units, now - so_far)
