"""What may stand in a store file about the store, its products and its customers.

Each field says what it is and what it means when its key is left out; docs/store-file.md and the JSON
Schema are made from here.
"""

from plugin.platforms.given.kinds import Amount, Currency, Day, Id, Moment, Part, Text
from plugin.platforms.given.nested import ByName, Changing, Many, Of
from plugin.platforms.given.places import NONE, Address, texts
from plugin.platforms.given.profile import Answer, Channels, Checkout, Credit, Event, Expected, Merge, Tag
from plugin.platforms.given.sales import Order
from plugin.platforms.given.typed import Typed

ACCOUNTS = ("enabled", "invited", "disabled", "declined", "guest")


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
    companies = Changing(texts("Ids or names of companies."), "B2B companies.")
    groups = Changing(texts("Names of groups."), "Customer groups.")
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
    tags = texts("Its tags today.", absent=NONE, allow_none=True)
    price = Amount("Its price today.", absent=NONE, allow_none=True)


class Store(Part):
    """The store itself."""

    name = Text("For people.", absent=NONE, allow_none=True)
    timezone = Text("The IANA name, as Europe/London.", absent="UTC", allow_none=False)
    currency = Currency("Three letters, as GBP.", absent="USD", allow_none=False)
    history_since = Moment("What was before is unknown.", absent="the whole history is known", allow_none=True)
    scopes = texts(
        "What the merchant granted, as read_orders; rules that need more are refused.",
        absent="everything",
        allow_none=True,
    )
    products = Many(Of(Product, allow_none=False), "Products as they are now.", absent=NONE, allow_none=True)
