"""What `regulars try` prints, as marshmallow schemas: the published JSON Schema of its output is made from them."""

from typing import Any

from marshmallow import Schema, fields

Plain = dict[str, Any]
ID: Plain = {"type": ["string", "integer"]}
MOMENT: Plain = {"type": "string", "format": "date-time"}


def _id(says: str) -> fields.Raw:
    return fields.Raw(required=True, metadata={"says": says, "shape": ID})


def _moment(says: str, *, none: bool = False) -> fields.String:
    return fields.String(required=True, allow_none=none, metadata={"says": says, "shape": MOMENT})


def _text(says: str, *, none: bool = False, required: bool = True) -> fields.String:
    return fields.String(required=required, allow_none=none, metadata={"says": says})


def _anything(says: str) -> fields.Raw:
    return fields.Raw(required=True, allow_none=True, metadata={"says": says, "shape": {}})


class Labelled(Schema):
    """A customer and their label."""

    customer = _id("As the file writes it.")
    label = _text("The label; null for none.", none=True)


class Undecided(Schema):
    """A customer of whom the file does not say enough."""

    customer = _id("As the file writes it.")
    reason = _text("Which conditions could not be worked out.")


class SegmentTold(Schema):
    """A segment at the moment. Who is in neither list is known not to be a member."""

    name = _text("Its name.")
    kind = fields.String(required=True, metadata={"says": "rule, tiers or two_sided."})
    members = fields.List(_id(""), metadata={"says": "The members (not of tiers), in the file's order."})
    labels = fields.List(fields.Nested(Labelled), metadata={"says": "Of tiers: every customer who is decided."})
    undecided = fields.List(fields.Nested(Undecided), required=True, metadata={"says": "Whoever can't be decided."})


class ScoresTold(Schema):
    """A customer's scores, where a rule asks for any."""

    customer = _id("As the file writes it.")
    window = _text("Over which orders; absent: all.", required=False)
    recency_score = fields.Integer(required=True, allow_none=True, metadata={"says": "1 to 5; null outside."})
    frequency_score = fields.Integer(required=True, allow_none=True, metadata={"says": "1 to 5; null outside."})
    monetary_score = fields.Integer(required=True, allow_none=True, metadata={"says": "1 to 5; null outside."})
    rfm_segment = _text("The group.", none=True)


class PartTold(Schema):
    """A rule within the rule, with its own answer."""

    kind = _text("and, or, not, at_least or condition.")
    text = _text("The part as a rule.")
    verdict = _text("in, out or undecided.")
    place = _text("Of the outermost: rule, join, stay, cases.0.rule.", required=False)
    span = fields.List(fields.Integer(), metadata={"says": "Where it stands in the text."})
    values = fields.List(fields.Raw(metadata={"shape": {"type": "object"}}), metadata={"says": "What was compared."})
    facts = fields.List(fields.Raw(metadata={"shape": {"type": "object"}}), metadata={"says": "Up to five rows."})
    away = fields.Raw(metadata={"says": "What is missing.", "shape": {"type": "object"}})
    lacking = fields.List(
        fields.Raw(metadata={"shape": {"type": "object"}}), data_key="unknown", metadata={"says": "Why undecided."}
    )
    parts = fields.List(fields.Nested(lambda: PartTold()), metadata={"says": "What it is made of."})


class ExplanationTold(Schema):
    """Why a customer is in a segment or not, and what changes when. More keys may follow."""

    segment = _text("Its name.")
    customer = _id("As the file writes it.")
    verdict = _text("in, out or undecided.")
    label = _text("The label.", none=True)
    since = _moment("Of a two-sided segment: since when.", none=True)
    next_change = _moment("When time alone changes it; null: never.", none=True)
    next_verdict = _text("To what.", none=True)
    next_label = _text("To which label.", none=True)
    not_before = _moment("Nothing changes before it; what comes after was too far to follow.", none=True)
    grace_ends = _moment("Of a two-sided segment: until when the grace lasts.", none=True)
    sentence = _text("How far it is, or how long it stays so.")
    parts = fields.List(fields.Nested(PartTold), required=True, metadata={"says": "The rule, part by part."})


class MomentTold(Schema):
    """What the segments are at one moment."""

    moment = _moment("The moment, in store time.")
    segments = fields.List(fields.Nested(SegmentTold), required=True, metadata={"says": "In the file's order."})
    scores = fields.List(fields.Nested(ScoresTold), metadata={"says": "Where a rule asks for scores."})
    explanations = fields.List(fields.Nested(ExplanationTold), metadata={"says": "With --explain."})


class Difference(Schema):
    """Something that is not as the file expects."""

    path = _text("Of the file: expect[0].members.")
    moment = _moment("At which moment.")
    segment = _text("Which segment.")
    expected = _anything("What the file says.")
    actual = _anything("What it is.")


class Expectations(Schema):
    """What came of `expect`."""

    checked = fields.Integer(required=True, metadata={"says": "How many entries the file has."})
    differences = fields.List(fields.Nested(Difference), required=True, metadata={"says": "Empty: all is as expected."})


class MistakeTold(Schema):
    """Why the file or a rule can't be used."""

    path = _text("Of the file: customers[3].orders[0].paid.")
    message = _text("What is wrong, and what to write.")
    line = fields.Integer(required=True, allow_none=True, metadata={"says": "Of the rule's text."})
    column = fields.Integer(required=True, allow_none=True, metadata={"says": "Of the rule's text."})
    suggestion = _text("What was probably meant.", none=True)


class TryOutput(Schema):
    """`moments` with what came out (exit code 0 or 1), or `errors` alone (2)."""

    moments = fields.List(fields.Nested(MomentTold), metadata={"says": "Each moment asked, the earliest first."})
    expectations = fields.Nested(Expectations, metadata={"says": "Where the file has `expect`."})
    errors = fields.List(fields.Nested(MistakeTold), metadata={"says": "Why the file can't be used."})


def json_schema() -> Plain:
    """The JSON Schema of the output."""
    found: dict[str, Plain] = {}
    _collect(TryOutput(), found)
    whole = found.pop("TryOutput")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Output of regulars try",
        **whole,
        "$defs": found,
    }


def _collect(schema: Schema, found: dict[str, Plain]) -> None:
    name = type(schema).__name__
    if name in found:
        return
    found[name] = {}
    properties = {field.data_key or key: _said(field, _shape(field, found)) for key, field in schema.fields.items()}
    found[name] = {
        "type": "object",
        "description": (type(schema).__doc__ or "").replace("\n", " "),
        "properties": properties,
        "required": [key for key, field in schema.fields.items() if field.required],
    }
    if name != "ExplanationTold" and name != "PartTold":
        found[name]["additionalProperties"] = False


def _said(field: fields.Field[Any], shape: Plain) -> Plain:
    return {"description": field.metadata.get("says", ""), **shape}


def _shape(field: fields.Field[Any], found: dict[str, Plain]) -> Plain:
    match field:
        case fields.Nested():
            _collect(field.schema, found)
            shape: Plain = {"$ref": f"#/$defs/{type(field.schema).__name__}"}
        case fields.List():
            shape = {"type": "array", "items": _shape(field.inner, found)}
        case fields.Integer():
            shape = {"type": "integer"}
        case _:
            shape = dict(field.metadata.get("shape", {"type": "string"}))
    return {"anyOf": [shape, {"type": "null"}]} if field.allow_none and shape else shape
