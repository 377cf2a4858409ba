"""Templates to start a segment from."""

from marshmallow import fields

from plugin.web.api.schemas.base import Message, Request


class Blank(Message):
    """A parameter of a template. Numbers travel as text; ``least`` and ``most`` bound them."""

    name = fields.String()
    label = fields.String()
    kind = fields.String()
    default = fields.String()
    least = fields.String(allow_none=True)
    most = fields.String(allow_none=True)


class Template(Message):
    """A template with its defaults filled in."""

    id = fields.String()
    name = fields.String()
    purpose = fields.String()
    sentence = fields.String()
    definition = fields.Dict()
    outputs = fields.Dict(keys=fields.String(), values=fields.String())
    action = fields.String()
    kpi = fields.String()
    lacks = fields.String(allow_none=True, metadata={"description": "What this store would have to be told first."})
    parameters = fields.List(fields.Nested(Blank))


class Goal(Message):
    """What a store owner wants to reach, and the templates for it."""

    id = fields.String()
    title = fields.String()
    templates = fields.List(fields.Nested(Template))


class Templates(Message):
    """All templates, by goal."""

    goals = fields.List(fields.Nested(Goal))


class FillRequest(Request):
    """Values for a template's parameters; those left out keep their defaults."""

    values = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class Filled(Message):
    """The template's definition with these values."""

    definition = fields.Dict()
    sentence = fields.String()
