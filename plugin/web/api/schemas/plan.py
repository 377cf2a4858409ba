"""What a store pays for."""

from marshmallow import fields

from plugin.web.api.schemas.base import Message


class Offered(Message):
    """A plan the merchant can choose. What it costs stands on the platform's page."""

    handle = fields.String()
    name = fields.String()
    says = fields.String()
    includes = fields.List(fields.String())
    current = fields.Boolean()


class Entitlement(Message):
    """The store's plan and how the store stands to it. Only ``billing`` where nothing is billed."""

    billing = fields.Boolean()
    name = fields.String()
    state = fields.String(metadata={"description": "none, trial, active, ending or frozen."})
    price = fields.String()
    standing = fields.String(metadata={"description": "within, over, or paused: then nothing is written to the store."})
    customers = fields.Integer()
    limit = fields.Integer(allow_none=True)
    until = fields.DateTime(allow_none=True, metadata={"description": "When a landing ends, or ended."})
    says = fields.List(fields.String())
    counted = fields.String()
    always = fields.String()
    read_at = fields.DateTime(allow_none=True)
    reading = fields.Boolean(metadata={"description": "Whether the platform is about to be asked."})
    change_url = fields.String(metadata={"description": "The platform's page of plans; it must be opened on top."})
    plans = fields.List(fields.Nested(Offered))
