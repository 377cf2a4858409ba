"""Where else a segment shows."""

from marshmallow import fields

from plugin.db.outputs import Says
from plugin.web.api.schemas.base import Message, Request


class Holder(Message):
    """A group that customers are not taken out of, and how many of them it holds."""

    name = fields.String()
    customers = fields.Integer()


class Output(Message):
    """One thing of the store that shows the segment, or one of its tiers."""

    label = fields.String(metadata={"description": "Of the tier; empty: of the whole segment."})
    name = fields.String(metadata={"description": "What the store calls it."})
    says = fields.String(allow_none=True)
    state = fields.String(metadata={"description": "making, standing, refused, gone or leaving."})
    shows = fields.String(metadata={"description": "The same, or asked, waiting, resting."})
    said = fields.String(metadata={"description": "How it stands, in a sentence."})
    shown = fields.Integer(metadata={"description": "Customers it is written of."})
    waiting = fields.Integer(metadata={"description": "Customers whose change is on its way."})
    refused = fields.Integer(metadata={"description": "Of those who wait: whom the store refused."})
    held = fields.List(fields.Nested(Holder))
    can = fields.List(fields.String(), metadata={"description": "again, remove."})


class Saying(Message):
    """One thing that can be said of who is in."""

    says = fields.String()
    said = fields.String()


class Free(Message):
    """What may still be asked for. ``name``: as it would be called, unless somebody chooses."""

    label = fields.String()
    name = fields.String()


class OutputKind(Message):
    """What one kind does, which there are, and which there could be."""

    kind = fields.String()
    title = fields.String()
    does = fields.String()
    add = fields.String(metadata={"description": "What asking for one is called."})
    leaves = fields.String(metadata={"description": "What taking one away does."})
    notes = fields.List(fields.String(), metadata={"description": "What else is to be known of those there are."})
    moving = fields.Boolean(metadata={"description": "Whether there is soon something else to tell."})
    outputs = fields.List(fields.Nested(Output))
    free = fields.List(fields.Nested(Free))
    sayings = fields.List(fields.Nested(Saying))


class Outputs(Message):
    """Every kind that the store's platform has."""

    kinds = fields.List(fields.Nested(OutputKind))


class OutputRequest(Request):
    """What the segment is to show in."""

    label = fields.String(load_default="")
    name = fields.String(required=True)
    says = fields.Enum(Says, by_value=True, load_default=None, allow_none=True)


class OutputQuery(Request):
    """Which of the tiers."""

    label = fields.String(load_default="")


class RoomShown(Message):
    """Whether the store has room for one more."""

    can = fields.Boolean()
    said = fields.String()
