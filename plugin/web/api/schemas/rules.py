"""Drafts: understood, wrong, counted."""

from marshmallow import fields

from plugin.web.api.schemas.base import Message
from plugin.web.api.schemas.people import Person


class Problem(Message):
    """A mistake in a definition: offsets from 0, line and column from 1."""

    field = fields.String(allow_none=True)
    message = fields.String()
    start = fields.Integer(allow_none=True)
    end = fields.Integer(allow_none=True)
    line = fields.Integer(allow_none=True)
    column = fields.Integer(allow_none=True)
    expected = fields.List(fields.String())
    suggestion = fields.String(allow_none=True)


class Advice(Message):
    """Looks odd, may be saved."""

    field = fields.String()
    message = fields.String()
    cure = fields.String()
    start = fields.Integer(allow_none=True)
    end = fields.Integer(allow_none=True)


class Checked(Message):
    """A draft that is understood, or its mistakes."""

    ok = fields.Boolean()
    definition = fields.Dict(allow_none=True)
    sentence = fields.String(allow_none=True)
    advice = fields.List(fields.Nested(Advice))
    problems = fields.List(fields.Nested(Problem))


class Word(Message):
    """An example of something a rule can ask, and what it means."""

    example = fields.String()
    meaning = fields.String()


class Vocabulary(Message):
    """What a rule can be made of."""

    words = fields.List(fields.Nested(Word))


class Counted(Message):
    """How many a draft has in it, and examples from both sides."""

    inside = fields.Integer(data_key="in")
    undecided = fields.Integer()
    total = fields.Integer()
    labels = fields.Dict(keys=fields.String(), values=fields.Integer())
    sample_in = fields.List(fields.Nested(Person))
    sample_out = fields.List(fields.Nested(Person))
    as_of = fields.DateTime()
    advice = fields.List(fields.Nested(Advice))
