"""What may stand in a store file about an order: its lines, discounts, refunds, disputes."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from plugin.domain.channels import SalesChannel
from plugin.platforms.given.kinds import Amount, Id, Moment, Part, Plain, Text, Truth, Whole
from plugin.platforms.given.nested import ByName, Changing, Many, Of
from plugin.platforms.given.places import NO, NONE, NOUGHT, Address, texts

UNPAID = ("authorized", "pending", "unpaid", "voided", "expired")
PAID = ("paid", "partially_paid", "partially_refunded", "refunded")
CHANNELS = tuple(SalesChannel)
DISPUTES = ("needs_response", "under_review", "won", "lost")


class Discount(Part):
    """Money taken off an order, or off one of its lines."""

    amount = Amount("How much.", required=True, allow_none=False)
    kind = Text("How it came.", choices=("code", "automatic", "manual"), absent="code if there is one, else unknown")
    code = Text("The code.", absent=NONE, allow_none=True)
    line = Id("The line it was taken off: its id or its number from 1.", absent="the whole order", allow_none=True)


class Named(Part):
    """A name with an id. A plain text is the name."""

    short = staticmethod(lambda name: {"name": name})
    name = Text("Its name.")
    id = Id("Its number.")


class Utm(Part):
    """Where a visitor came from."""

    source = Text("utm_source.")
    medium = Text("utm_medium.")
    campaign = Text("utm_campaign.")
    term = Text("utm_term.")
    content = Text("utm_content.")


class Presentment(Part):
    """What the buyer paid in."""

    currency = Text("Its currency.", required=True, allow_none=False)
    total = Amount("How much of it.")


class Line(Part):
    """A line of an order as it was when bought."""

    id = Id("Its id.", absent="its number from 1", allow_none=True)
    product = Id("The product's id.")
    variant = Id("The variant's id.")
    title = Text("What it was called.")
    sku = Text("The SKU.")
    options = ByName(Text(allow_none=False), "Name and value: `{Size: L}`.")
    vendor = Text("The vendor.")
    type = Text("The product type.")
    categories = texts("Categories or collections.")
    tags = texts("The product's tags at the purchase.")
    price = Amount("Of one unit, before discounts, in store currency.", required=True, allow_none=False)
    compare_at = Amount("The compare-at price at the purchase.")
    cost = Amount("What one unit cost the store.")
    selling_plan = Text("The selling plan (subscription).")
    gift_card = Truth("Whether it is a gift card.", absent=NO, allow_none=False)
    properties = ByName(Text(allow_none=False), "Custom properties: `{Engraving: Ann}`.")
    quantity = Whole("How many.", absent="1", allow_none=False, least=1)


class RefundLine(Part):
    """Units of a line that came back."""

    line = Id("The line: its id or its number from 1.", absent="the only line", allow_none=False)
    quantity = Whole("How many units.", absent="all", allow_none=False)
    amount = Amount("The goods part of the money.", absent="what those units cost after discounts", allow_none=False)


class Refund(Part):
    """Money given back: for lines, or a bare amount."""

    id = Id("Its id.", absent="its place in the list", allow_none=True)
    date = Moment("When.", required=True, allow_none=False)
    lines = Many(Of(RefundLine, allow_none=False), "The lines.", absent="a bare amount", allow_none=True)
    amount = Amount("A bare amount.", absent="what the lines come to", allow_none=True)
    total = Amount("All that was given back, shipping and tax too.", absent="the amount", allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _one_of_two(self, data: Plain, **_: Any) -> None:
        if not data.get("lines") and data.get("amount") is None:
            raise ValidationError("A refund needs `lines` or an `amount`.")
        if data.get("lines") and data.get("amount") is not None:
            raise ValidationError("A refund has `lines` (each may have its amount) or a bare `amount`, not both.")


class Dispute(Part):
    """A dispute over an order. Its state may change."""

    id = Id("Its id.", absent="its place in the list", allow_none=True)
    at = Moment("Since when there is one.", absent="the first `from` of its states", allow_none=False)
    state = Changing(Text(choices=DISPUTES, allow_none=False), "Its state.", required=True, allow_none=False)

    @validates_schema(skip_on_field_errors=True)
    def _dated(self, data: Plain, **_: Any) -> None:
        if "at" not in data and data["state"][0][1] is None:
            raise ValidationError({"at": ["When did it begin? Write `at`, or `from` beside each state."]})


class Order(Part):
    """An order. Amounts are in store currency."""

    id = Id("Its id.", absent="its place in the list", allow_none=True)
    name = Text("What the store calls it, as #1001.")
    placed = Moment("When it was placed.", required=True, allow_none=False)
    paid = Moment("When it was paid at least in part; null: not yet.", absent="when placed", allow_none=True)
    payment_state = Changing(
        Text(choices=(*PAID, *UNPAID), allow_none=False),
        "The payment state.",
        absent="as `paid` says",
        allow_none=False,
    )
    cancelled = Moment("When it was cancelled.", absent="never", allow_none=True)
    test = Truth("Whether it is a test.", absent=NO, allow_none=False)
    channel = Text("Where it was bought; `app` says which app or marketplace.", choices=CHANNELS)
    location = Of(Named, "The sales location.")
    app = Of(Named, "The app that made it.")
    staff = Text("Who sold it.")
    draft = Truth("Whether a person of the store wrote it up first.")
    billing_address = Of(Address, "Where the bill went.")
    shipping_address = Of(Address, "Where the goods went.")
    discounts = Many(Of(Discount, allow_none=False), "What was taken off.", absent=NONE, allow_none=True)
    shipping = Amount("The shipping charge.", absent=NOUGHT, allow_none=False)
    tax = Amount("Tax on top of the prices.", absent=NOUGHT, allow_none=False)
    total = Amount("What was charged.", absent="lines − discounts + shipping + tax", allow_none=False)
    tags = texts("Tags of the order.")
    gateways = texts("Payment gateways.")
    shipping_method = Text("The shipping method.")
    utm = Of(Utm, "The campaign it came from.")
    gift = Truth("Whether it is marked as a gift.")
    gift_note = Text("The gift note.")
    note = Text("The buyer's note.")
    properties = ByName(Text(allow_none=False), "Custom attributes of the order.")
    presentment = Of(Presentment, "What the buyer saw, in their currency.")
    lines = Many(
        Of(Line, allow_none=False), "What was bought.", absent="one line of `amount`", allow_none=False, least=1
    )
    amount = Amount("Short for one line of that price, of which nothing else is known.", absent="–", allow_none=False)
    refunds = Many(Of(Refund, allow_none=False), "What was given back.", absent=NONE, allow_none=True)
    disputes = Many(Of(Dispute, allow_none=False), "Disputes over it.", absent=NONE, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _lines_or_amount(self, data: Plain, **_: Any) -> None:
        if ("lines" in data) == ("amount" in data):
            raise ValidationError("An order needs `lines`, or an `amount` for short; not both.")

    @validates_schema(skip_on_field_errors=True)
    def _state_and_moment_agree(self, data: Plain, **_: Any) -> None:
        if "payment_state" in data and "paid" in data:
            paid = any(state in PAID for state, _ in data["payment_state"])
            if paid != (data["paid"] is not None):
                raise ValidationError({"paid": ["This contradicts `payment_state`: leave one of them out."]})

    @validates_schema(skip_on_field_errors=True)
    def _lines_are_there(self, data: Plain, **_: Any) -> None:
        """Discounts and refunds name lines of this order, and no more units than were bought."""
        wrong: dict[str, Any] = {}
        lines = data.get("lines") or [{}]
        named = [str(line.get("id")) for line in lines if line.get("id") is not None]
        if len(set(named)) < len(named):
            wrong["lines"] = ["Two lines have the same id."]
        for number, discount in enumerate(data.get("discounts") or ()):
            if discount.get("line") is not None and position(lines, discount["line"]) is None:
                wrong.setdefault("discounts", {})[number] = {"line": [_no_line(discount["line"], lines)]}
        if not wrong and _too_much_off(data):
            wrong["discounts"] = ["The discounts are more than the lines come to."]
        for number, refund in enumerate(data.get("refunds") or ()):
            if told := dict(_wrong_refund(refund, lines)):
                wrong.setdefault("refunds", {})[number] = {"lines": told}
        if wrong:
            raise ValidationError(wrong)


def position(lines: Any, written: Any) -> int | None:
    """The place of the line with this id, or else with this number from 1."""
    for place, line in enumerate(lines):
        if line.get("id") is not None and str(line["id"]) == str(written):
            return place
    number = int(written) if str(written).isdigit() else 0
    return number - 1 if 1 <= number <= len(lines) and lines[number - 1].get("id") is None else None


def _too_much_off(order: Plain) -> bool:
    lines = order.get("lines") or [{"price": order.get("amount", 0)}]
    left = [line["price"] * line.get("quantity", 1) for line in lines]
    whole = 0
    for discount in order.get("discounts") or ():
        place = None if discount.get("line") is None else position(lines, discount["line"])
        if place is None:
            whole += discount["amount"]
        else:
            left[place] -= discount["amount"]
    return bool(min(left) < 0 or whole > sum(left))


def _no_line(written: Any, lines: Any) -> str:
    known = ", ".join(str(line.get("id") or place) for place, line in enumerate(lines, 1))
    return f"This order has no line {written}. Its lines: {known}."


def _wrong_refund(refund: Plain, lines: Any) -> Any:
    for number, each in enumerate(refund.get("lines") or ()):
        place = 0 if "line" not in each and len(lines) == 1 else position(lines, each.get("line"))
        if "line" not in each and len(lines) > 1:
            yield number, {"line": ["Which line? This order has several."]}
        elif place is None:
            yield number, {"line": [_no_line(each["line"], lines)]}
        elif each.get("quantity", 0) > lines[place].get("quantity", 1):
            yield number, {"quantity": ["More than were bought."]}
