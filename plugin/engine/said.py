"""What an attribute says that stands for a segment of ours: by what the segment wants, never by what came back."""

from plugin.engine.clock import Clock
from plugin.engine.operands import DayValue, Instant, Listed, Numeric, Operand, Textual, Yes, both
from plugin.rules import fields
from plugin.rules.tree import Attribute

YES = "yes"


def said(asked: Attribute, member: str, label: str | None, since: Instant | None, clock: Clock) -> Operand:
    """The value as the rule asks for it; of another type than it has it can't be known.

    ``member``, ``label``: SQL for *in the segment*, and for the label of one that has tiers; ``since``: since when, of
    an attribute that says that.
    """
    known, kind = f"({member} IS NOT NULL)", asked.kind or ("text" if since is None else "date")
    if since is not None and kind == "date":
        day = f"(CASE WHEN {member} THEN {clock.local_day(since.sql)} END)"
        return DayValue(day, True, both(known, since.known and f"(NOT {member} OR {since.known})"))
    if since is not None or kind not in ("text", "list"):
        return _unknown(kind)
    field = fields.attribute(asked)
    assert field is not None
    text = label or f"(CASE WHEN {member} THEN '{YES}' END)"
    if kind == "list":
        listed = f"(CASE WHEN {text} IS NULL THEN '{{}}' ELSE ARRAY[{text}] END)"
        return Listed(listed, field.matching, known=known, as_text="true")
    return Textual(text, field.matching, known=known)


def _unknown(kind: str) -> Operand:
    match kind:
        case "number":
            return Numeric("NULL::numeric", known="false")
        case "truth":
            return Yes("NULL::boolean", True, known="false")
        case "date":
            return DayValue("NULL::date", known="false")
        case "list":
            return Listed("'{}'::text[]", known="false")
    return Textual("NULL::text", known="false")
