"""What a store's people choose."""

from dataclasses import fields as declared

from marshmallow import Schema, fields

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
