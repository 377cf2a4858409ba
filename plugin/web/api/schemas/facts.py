"""What is told of customers."""

from marshmallow import fields, validate

from plugin.web.api.schemas.base import Message, Request

MOST = 5_000


class FactsRequest(Request):
    """Customers with what is told of each: docs/facts.md."""

    customers = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1, max=MOST))


class FactsGiven(Message):
    """Of how many customers something waits to be absorbed, in how many messages."""

    customers = fields.Integer()
    messages = fields.Integer()
