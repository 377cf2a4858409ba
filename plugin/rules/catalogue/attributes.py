"""Facts about the customer."""

from plugin.rules.kinds import Facts, Field, Matching, Type

_CUSTOMER = frozenset({Facts.CUSTOMER})
_CONSENTS = frozenset({Facts.CONSENTS})
_ADDRESSES = frozenset({Facts.ADDRESSES})
_DEMOGRAPHICS = frozenset({Facts.DEMOGRAPHICS})
_PREDICTIONS = frozenset({Facts.PREDICTIONS})
_FORECASTS = frozenset({Facts.FORECASTS})
_ORDERS = frozenset({Facts.ORDERS})

CONSENT_STATES = ("INVALID", "NOT_SUBSCRIBED", "PENDING", "REDACTED", "SUBSCRIBED", "UNSUBSCRIBED")
OPT_IN_LEVELS = ("SINGLE_OPT_IN", "CONFIRMED_OPT_IN", "UNKNOWN")
ACCOUNT_STATES = ("ENABLED", "INVITED", "DISABLED", "DECLINED", "GUEST")
SUBSCRIBER_STATES = ("ACTIVE", "CANCELLED", "EXPIRED", "FAILED", "NEVER_SUBSCRIBED", "PAUSED")
RFM_GROUPS = (
    "CHAMPIONS",
    "LOYAL",
    "ACTIVE",
    "NEW",
    "PROMISING",
    "NEEDS_ATTENTION",
    "AT_RISK",
    "PREVIOUSLY_LOYAL",
    "ALMOST_LOST",
    "DORMANT",
    "PROSPECTS",
)


def _choice(name: str, label: str, reads: frozenset[Facts], choices: tuple[str, ...], shopify: bool = True) -> Field:
    return Field(name, Type.CHOICE, label, reads, choices=choices, shopify=shopify, dated=True)


def _folded(name: str, label: str, reads: frozenset[Facts], shopify: bool = False) -> Field:
    return Field(name, Type.TEXT, label, reads, matching=Matching.FOLDED, shopify=shopify, dated=True)


def _list(name: str, label: str, reads: frozenset[Facts], shopify: bool = True, dated: bool = False) -> Field:
    return Field(name, Type.LIST, label, reads, matching=Matching.FOLDED, shopify=shopify, dated=dated)


def _date(name: str, label: str, reads: frozenset[Facts], shopify: bool = False, dated: bool = False) -> Field:
    return Field(name, Type.DATE, label, reads, shopify=shopify, dated=dated)


_RECORD = (
    _date("customer_added_date", "date added", _CUSTOMER, shopify=True),
    _choice("customer_account_status", "account status", _CUSTOMER, ACCOUNT_STATES),
    Field(
        "customer_language",
        Type.TEXT,
        "language",
        _CUSTOMER,
        matching=Matching.LANGUAGE,
        shopify=True,
        dated=True,
    ),
    Field(
        "customer_email_domain", Type.TEXT, "e-mail domain", _CUSTOMER, matching=Matching.FOLDED, shopify=True
    ),  # An address has no history.
    _folded("note", "note", _CUSTOMER),
    Field("created_by_app_id", Type.ID, "creating app", frozenset({Facts.ORIGIN}), shopify=True),
    _list("customer_tags", "tags", frozenset({Facts.TAGS})),
    _list("customer_groups", "groups", frozenset({Facts.GROUPS}), shopify=False, dated=True),
    _list("companies", "companies", frozenset({Facts.COMPANIES}), dated=True),
)

_CONSENT = (
    _choice("email_subscription_status", "e-mail subscription", _CONSENTS, CONSENT_STATES),
    _choice("email_opt_in_level", "e-mail opt-in level", _CONSENTS, OPT_IN_LEVELS, shopify=False),
    _date("email_subscription_date", "date of e-mail consent", _CONSENTS),
    _choice("sms_subscription_status", "SMS subscription", _CONSENTS, CONSENT_STATES),
    _choice("sms_opt_in_level", "SMS opt-in level", _CONSENTS, OPT_IN_LEVELS, shopify=False),
    _date("sms_subscription_date", "date of SMS consent", _CONSENTS),
)

_PLACES = (
    _list("customer_countries", "countries", _ADDRESSES, dated=True),
    _list("customer_regions", "regions", _ADDRESSES, dated=True),
    _list("customer_cities", "cities", _ADDRESSES, dated=True),
    _folded("country", "country", _ADDRESSES),
    _folded("region", "region", _ADDRESSES),
    _folded("city", "city", _ADDRESSES),
    Field("postcode", Type.TEXT, "postcode", _ADDRESSES, matching=Matching.POSTCODE, dated=True),
)

_ORDERED = (
    Field(
        "number_of_orders",
        Type.NUMBER,
        "number of orders",
        _ORDERS,
        nullable=False,
        shopify=True,
        places=0,
    ),
    Field(
        "amount_spent",
        Type.MONEY,
        "amount spent",
        _ORDERS | {Facts.REFUNDS},
        nullable=False,
        shopify=True,
    ),
    _date("first_order_date", "first order", _ORDERS, shopify=True),
    _date("last_order_date", "last order", _ORDERS, shopify=True),
    _date("abandoned_checkout_date", "last abandoned checkout", frozenset({Facts.CHECKOUTS}), shopify=True),
)

_STATED = (
    _date("birth_date", "birth date", _DEMOGRAPHICS, dated=True),
    Field("age", Type.NUMBER, "age in completed years", _DEMOGRAPHICS, places=0),
    _folded("gender", "gender", _DEMOGRAPHICS),
    Field(
        "income",
        Type.TEXT,
        "income",
        _DEMOGRAPHICS,
        matching=Matching.FOLDED,
        dated=True,
        dynamic=True,
    ),
    _folded("education", "education", _DEMOGRAPHICS),
    _folded("occupation", "occupation", _DEMOGRAPHICS),
)

_FROM_OTHERS = (
    _choice("predicted_spend_tier", "predicted spend tier", _PREDICTIONS, ("HIGH", "MEDIUM", "LOW")),
    _choice("rfm_group", "RFM group", _PREDICTIONS, RFM_GROUPS),
    _date("expected_order_date", "expected next order", _FORECASTS, dated=True),
    _date("prediction_date", "prediction date", _FORECASTS, dated=True),
    Field(
        "product_subscription_status",
        Type.CHOICE,
        "product subscription",
        frozenset({Facts.SUBSCRIPTIONS}),
        choices=SUBSCRIBER_STATES,
        shopify=True,
        dated=True,
        synonyms=(("SUBSCRIBED", "ACTIVE"),),
    ),
    Field("nps", Type.NUMBER, "net promoter score", frozenset({Facts.ATTRIBUTES}), dated=True),
)

ATTRIBUTES: dict[str, Field] = {
    known.name: known for known in (*_ORDERED, *_RECORD, *_CONSENT, *_PLACES, *_STATED, *_FROM_OTHERS)
}
"""Names with one meaning in every store. ``metafields.ns.key`` and ``attributes.name`` are the store's own."""
