"""The JSON Schemas of what a client may send, made from the marshmallow schemas that read it."""

from typing import Any

from marshmallow import Schema, fields, validate

from plugin.rules import tree_schema
from plugin.rules.schema import RuleSchema, TiersSchema, TwoSidedSchema
from plugin.rules.tree_fields import Degrees, NodeField, NodeSchema, Written

Plain = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rule() -> Plain:
    """Of the tree of one rule, as ``tree_schema`` reads it."""
    definitions: Plain = {
        "rule": _any_of(tree_schema.RULES),
        "value": _any_of(tree_schema.VALUES),
        "literal": _any_of(tree_schema.LITERALS),
    }
    for kind, schema in {**tree_schema.VALUES, **tree_schema.RULES}.items():
        definitions[f"kind.{kind}"] = _node(kind, schema)
    return {
        "$schema": _DIALECT,
        "title": "A rule as a tree",
        "description": "Names and types are checked when the rule is read: not every tree of this shape makes sense.",
        "$ref": "#/$defs/rule",
        "$defs": definitions,
    }


def definition() -> Plain:
    """Of a definition with its rules as texts, as ``schema`` reads it."""
    kinds = (RuleSchema(), TwoSidedSchema(), TiersSchema())
    return {
        "$schema": _DIALECT,
        "title": "The definition of a segment",
        "oneOf": [_object(schema, {}) for schema in kinds],
    }


def _any_of(kinds: dict[str, type[NodeSchema]]) -> Plain:
    return {"oneOf": [{"$ref": f"#/$defs/kind.{kind}"} for kind in kinds]}


def _node(kind: str, schema: type[NodeSchema]) -> Plain:
    return _object(schema(), {"kind": {"const": kind}})


def _object(schema: Schema, first: Plain) -> Plain:
    """An object that has these properties and no others."""
    properties, required = dict(first), list(first)
    for name, field in schema.fields.items():
        key = field.data_key or name
        properties[key] = _field(field)
        if field.required:
            required.append(key)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _field(field: fields.Field[Any]) -> Plain:
    plain = _checked(_typed(field), field)
    return {"anyOf": [plain, {"type": "null"}]} if field.allow_none else plain


def _typed(field: fields.Field[Any]) -> Plain:
    match field:
        case NodeField():
            return _nodes(field)
        case Written() | Degrees():
            return {"type": "string", "pattern": f"^({field.shape})$"}
        case fields.Enum():
            return {"enum": [str(choice.value) for choice in field.enum]}
        case fields.Boolean():
            return {"type": "boolean"}
        case fields.Integer():
            return {"type": "integer"}
        case fields.List():
            return {"type": "array", "items": _field(field.inner)}
        case fields.Nested():
            return _object(field.schema, {})
        case fields.String():
            return {"type": "string"}
    raise TypeError(f"no JSON Schema for {field!r}")


def _nodes(field: NodeField) -> Plain:
    for name, kinds in (
        ("rule", tree_schema.RULES),
        ("value", tree_schema.VALUES),
        ("literal", tree_schema.LITERALS),
    ):
        if field.kinds is kinds:
            return {"$ref": f"#/$defs/{name}"}
    listed = [{"$ref": f"#/$defs/kind.{kind}"} for kind in field.kinds]
    return listed[0] if len(listed) == 1 else {"oneOf": listed}


def _checked(plain: Plain, field: fields.Field[Any]) -> Plain:
    """With what the validators demand."""
    for check in field.validators:
        match check:
            case validate.Length():
                many = plain.get("type") == "array"
                plain |= _bounds(check.min, check.max, "Items" if many else "Length")
            case validate.Range():
                plain |= {"minimum": check.min, "maximum": check.max}
            case validate.Regexp():
                pattern = str(check.regex.pattern).removeprefix("\\A").removesuffix("\\Z")
                plain |= {"pattern": f"^{pattern}$"}
            case validate.Equal():
                plain = {"const": str(check.comparable)}
            case validate.OneOf():
                plain |= {"enum": list(check.choices)}
    return plain


def _bounds(low: int | None, high: int | None, what: str) -> Plain:
    ends = {f"min{what}": low, f"max{what}": high}
    return {key: value for key, value in ends.items() if value is not None}
