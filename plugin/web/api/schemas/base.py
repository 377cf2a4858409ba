"""What all messages share."""

from typing import Any

from marshmallow import RAISE, Schema, fields


class Message(Schema):
    """Something we say."""

    class Meta:
        ordered = True


class Request(Schema):
    """Something we are told."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "There is no such field here."}


def identifier(**options: Any) -> fields.String:
    """A customer's number as text."""
    return fields.String(metadata={"description": "A number as text: it may exceed 2^53."}, **options)
