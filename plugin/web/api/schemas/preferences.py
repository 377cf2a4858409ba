"""What a store's people choose."""

from dataclasses import fields as declared

from marshmallow import Schema, fields, validate

from plugin.db.preferences import Preferences
from plugin.web.api.schemas.base import Message, Request


class Truth(fields.Boolean):
    """``true`` or ``false`` and nothing else: "no" is not a choice."""

    truthy = frozenset({True})  # type: ignore[assignment]  # Narrower on purpose.
    falsy = frozenset({False})  # type: ignore[assignment]


_SWITCHES: dict[str, fields.Field[bool]] = {field.name: Truth() for field in declared(Preferences)}

Preferred: type[Schema] = Request.from_dict(_SWITCHES, name="Preferred")
"""The choices to change; those that are not named stay."""


class Switch(Message):
    """One choice, in words."""

    name = fields.String()
    on = fields.Boolean()
    title = fields.String()
    says = fields.String(metadata={"description": "What it does."})
    now = fields.String(metadata={"description": "What it changes at this store, where that can be said; else empty."})


class Access(Message):
    """Something the platform shows us only when the merchant allows it: scopes that are asked for together."""

    scopes = fields.List(fields.String())
    on = fields.Boolean()
    title = fields.String()
    says = fields.String(metadata={"description": "What it is for."})


class PreferencesShown(Message):
    """Every choice there is, and what more the merchant can let us see."""

    switches = fields.List(fields.Nested(Switch))
    access = fields.List(fields.Nested(Access))
    statuses = fields.Boolean(metadata={"description": "Whether it can be chosen in which statuses orders count."})


class OrderStatus(Message):
    """A status of orders, as the store's people call it."""

    id = fields.String()
    name = fields.String()
    orders = fields.Integer(allow_none=True, metadata={"description": "How many have it now, where that is told."})
    counts = fields.Boolean()
    usual = fields.Boolean(metadata={"description": "Whether it counts unless somebody chooses otherwise."})


class OrderStatuses(Message):
    """Of which statuses somebody may choose whether orders in them count as purchases."""

    statuses = fields.List(fields.Nested(OrderStatus))
    reading = fields.Boolean(
        metadata={"description": "Whether the orders are being read for it, or for the first time."}
    )


class CountedStatuses(Request):
    """Orders in these statuses count, and in no others."""

    counted = fields.List(
        fields.String(validate=validate.Length(max=20)), required=True, validate=validate.Length(max=50)
    )


class Recounted(Message):
    """What came of it."""

    again = fields.Boolean(metadata={"description": "Whether the orders are read again; no: nothing changed."})
