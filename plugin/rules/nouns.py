"""How a type is called when a rule is refused, and what could stand in its place."""

from plugin.rules.fields import Type

NOUNS = {
    Type.NUMBER: "a number",
    Type.MONEY: "an amount",
    Type.DATE: "a date",
    Type.TEXT: "a text",
    Type.CHOICE: "a choice",
    Type.LIST: "a list",
    Type.ID: "an id",
    Type.TRUTH: "true or false",
    Type.POINT: "a place",
}
EXAMPLES = {
    Type.NUMBER: ("a number: 3",),
    Type.MONEY: ("an amount: 49.90",),
    Type.DATE: ("a date: 2026-01-31, -90d, -36h, today, last_month",),
    Type.TEXT: ("a text in single quotes",),
    Type.LIST: ("CONTAINS 'text'", "NOT CONTAINS 'text'", "IS NULL", "IS NOT NULL"),
    Type.ID: ("an id: 123",),
    Type.TRUTH: ("true", "false"),
    Type.POINT: ("a place: (53.35, -6.26)",),
}
