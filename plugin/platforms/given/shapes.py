"""What may stand in a store file about customers, orders and what came of them.

Each field says what it is and what it means when its key is left out; docs/store-file.md and the JSON
Schema are made from here.
"""

from typing import Any

from marshmallow import ValidationError, validates_schema

from plugin.platforms.given.kinds import Amount, Day, Degrees, Id, Moment, Part, Plain, Text, Truth, Whole
from plugin.platforms.given.nested import ByName, Changing, Many, Of, Some
from plugin.platforms.given.typed import Typed

NONE, NO, NOUGHT = "none", "false", "0"
CONSENTS = ("subscribed", "not_subscribed", "pending", "unsubscribed", "redacted", "invalid")
LEVELS = ("single_opt_in", "confirmed_opt_in", "unknown")
ACCOUNTS = ("enabled", "invited", "disabled", "declined", "guest")
UNPAID = ("authorized", "pending", "unpaid", "voided", "expired")
PAID = ("paid", "partially_paid", "partially_refunded", "refunded")
DISPUTES = ("needs_response", "under_review", "won", "lost")


def _texts(says: str, **options: Any) -> Many:
    return Many(Text(allow_none=False), says, **options)


class Address(Part):
    """A place. What is left out of it is unknown; coordinates that are left out are none."""

    country = Text("Two letters, as GB.")
    region = Text("With its country, as US-NY.")
    city = Text("The city's name.")
    postcode = Text("The postcode; blanks and case do not matter.")
    latitude = Degrees("Degrees north.", most=90, absent=NONE, allow_none=True)
    longitude = Degrees("Degrees east.", most=180, absent=NONE, allow_none=True)
    default = Truth("Whether it is the default address.", absent="true of the only address, else false")


class Tag(Part):
    """A tag of a customer. A plain text is a tag that has always been there."""

    short = staticmethod(lambda text: {"tag": text})
    tag = Text("The tag.", required=True, allow_none=False)
    added = Moment("When it was added.", absent="it has always been there", allow_none=True)
    removed = Moment("When it was taken away.", absent="it still stands", allow_none=True)


class Consent(Part):
    """What a customer said to hearing from the store. A plain text is a state that has always held."""

    short = staticmethod(lambda text: {"state": text})
    state = Text("The state.", choices=CONSENTS, required=True, allow_none=False)
    level = Text("The opt-in level.", choices=LEVELS, absent=NONE, allow_none=True)
    date = Moment("Since when.", absent="it has always held", allow_none=True)


class Channels(Part):
    """Consent by channel: a state, or a list of states with their dates. null: never asked."""

    email = Some(Of(Consent, allow_none=False), "For e-mail.")
    sms = Some(Of(Consent, allow_none=False), "For text messages.")


class Merge(Part):
    """Into which customer this one was merged, and when."""

    customer = Id("The one who stays.", required=True, allow_none=False)
    at = Moment("When.", required=True, allow_none=False)


class Expected(Part):
    """When somebody predicts that the customer orders next."""

    date = Day("The day of the next order.", required=True, allow_none=True)
    predicted = Moment("When that was said.", absent="it has always been said", allow_none=True)


class Credit(Part):
    """A store credit account."""

    account = Id("Which account.", absent="its place in the list", allow_none=True)
    balance = Amount("What is left on it.", required=True, allow_none=False)
    currency = Text("Of the balance.", absent="the store's", allow_none=True)
    expires = Moment("When the next part of it expires.", absent=NONE, allow_none=True)
    last_credit = Moment("When something was last added.", absent=NONE, allow_none=True)


class Checkout(Part):
    """A checkout that was begun. One that was completed is not abandoned from then on."""

    id = Id("Its id.", absent="its place in the list", allow_none=True)
    at = Moment("When it was begun.", required=True, allow_none=False)
    completed = Moment("When it became an order.", absent="never", allow_none=True)
    amount = Amount("What was in it.", absent=NONE, allow_none=True)


class Event(Part):
    """Something with a name happened: a message opened, a product viewed, anything."""

    at = Moment("When.", required=True, allow_none=False)
    name = Text("What; `shopify_email.opened` and its kin, or any name.", required=True, allow_none=False)
    item = Text("What it happened with.", absent=NONE, allow_none=True)
    tags = _texts("Tags of it.", absent=NONE, allow_none=True)
    value = Amount("A number that belongs to it.", absent=NONE, allow_none=True, least=None)


class Answer(Part):
    """An answer to a question: a choice or several, a number, free text."""

    at = Moment("When it was given.", required=True, allow_none=False)
    question = Text("Which question.", required=True, allow_none=False)
    choice = Text("The choice.", absent=NONE, allow_none=True)
    choices = _texts("Several choices.", absent=NONE, allow_none=True)
    number = Amount("The number.", absent=NONE, allow_none=True, least=None)
    text = Text("The text.", absent=NONE, allow_none=True)
    other = Text('What was written under "other"; it equals no choice.', absent=NONE, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _says_something(self, data: Plain, **_: Any) -> None:
        if not any(data.get(key) is not None for key in ("choice", "choices", "number", "text", "other")):
            raise ValidationError("An answer needs a choice, choices, a number, a text or other.")


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
    categories = _texts("Categories or collections.")
    tags = _texts("The product's tags at the purchase.")
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
    channel = Text("Where it was bought: web, pos, …")
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
    tags = _texts("Tags of the order.")
    gateways = _texts("Payment gateways.")
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


class Customer(Part):
    """A person with all that is known of them."""

    id = Id("Any text or number; printed as it is written here.", required=True, allow_none=False)
    name = Text("For people; no rule reads it.", absent=NONE, allow_none=True)
    created = Moment("When the record was made.", absent="unknown: exists at every moment")
    email = Text("The e-mail address.")
    phone = Text("The telephone number.")
    language = Changing(Text(), "As en or en-GB.")
    account_state = Changing(Text(choices=ACCOUNTS), "The state of the account.")
    note = Changing(Text(), "The store's note.")
    addresses = Changing(Many(Of(Address, allow_none=False)), "Every address at once.")
    companies = Changing(_texts("Ids or names of companies."), "B2B companies.")
    groups = Changing(_texts("Names of groups."), "Customer groups.")
    tags = Many(Of(Tag, allow_none=False), "Tags, also those that were taken away.")
    consent = Of(Channels, "Consent by channel.")
    birth_date = Changing(Day(), "The day of birth.")
    gender = Changing(Text(), "As stated.")
    income = Changing(Text(), "As stated: a number or a bracket.")
    education = Changing(Text(), "As stated.")
    occupation = Changing(Text(), "As stated.")
    created_by_app = Id("The id of the app that made the record.")
    metafields = ByName(Typed(), "By `namespace.key`.")
    attributes = ByName(Typed(), "Free attributes by name.")
    predicted_spend_tier = Changing(Text(choices=("high", "medium", "low")), "What the platform predicts.")
    expected_order = Many(Of(Expected, allow_none=False), "Predictions of the next order.")
    rfm_group = Changing(Text(), "What the platform says; a history is a list.")
    subscription_status = Changing(Text(), "Of product subscriptions.")
    nps = Changing(Amount(least=None), "The last recommendation score.")
    credits = Changing(Many(Of(Credit, allow_none=False)), "Every store credit account at once.")
    checkouts = Many(Of(Checkout, allow_none=False), "Checkouts that were begun.")
    events = Many(Of(Event, allow_none=False), "What else happened.")
    answers = Many(Of(Answer, allow_none=False), "Answers to surveys.")
    orders = Many(Of(Order, allow_none=False), "Orders.")
    merged_into = Of(Merge, "Where this record went.", absent="it was not merged", allow_none=True)
    redacted = Moment("When the person asked to be forgotten.", absent="never", allow_none=True)


class Product(Part):
    """A product as it is now; what a line says of its purchase stands on the line."""

    id = Id("Its id.", required=True, allow_none=False)
    title = Text("What it is called.", absent=NONE, allow_none=True)
    type = Text("Its type.", absent=NONE, allow_none=True)
    vendor = Text("Its vendor.", absent=NONE, allow_none=True)
    tags = _texts("Its tags today.", absent=NONE, allow_none=True)
    price = Amount("Its price today.", absent=NONE, allow_none=True)


class Store(Part):
    """The store itself."""

    name = Text("For people.", absent=NONE, allow_none=True)
    timezone = Text("The IANA name, as Europe/London.", absent="UTC", allow_none=False)
    currency = Text("Three letters, as GBP.", absent="USD", allow_none=False)
    history_since = Moment("What was before is unknown.", absent="the whole history is known", allow_none=True)
    scopes = _texts(
        "What the merchant granted, as read_orders; rules that need more are refused.",
        absent="everything",
        allow_none=True,
    )
    products = Many(Of(Product, allow_none=False), "Products as they are now.", absent=NONE, allow_none=True)
