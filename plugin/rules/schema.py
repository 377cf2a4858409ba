"""JSON ⇄ definition, with messages that name the field and the cure.

A definition as JSON keeps its rules as text::

    {"kind": "rule", "rule": "number_of_orders > 3"}
    {"kind": "two_sided", "join": "…", "stay": "…", "grace": "14d"}
    {"kind": "tiers", "cases": [{"label": "Gold", "rule": "…"}], "default": "Bronze"}
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from plugin.domain.text import fold
from plugin.rules import limits
from plugin.rules.literals import print_literal, read_duration
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.problems import Problem, RuleError
from plugin.rules.segment import Case, Definition, Kind, OneRule, Tiers, TwoSided
from plugin.rules.tree import Duration, Rule
from plugin.rules.walk import conditions

_LABEL = validate.Length(min=1, max=255, error="A label has 1 to 255 characters.")


class _Strict(Schema):
    """Refuses keys it does not know."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "There is no such field here.",
        "type": "This must be an object.",
    }


def _text(**options: Any) -> fields.String:
    messages: dict[str, Any] = {
        "required": "This is missing.",
        "null": "This is missing.",
        "invalid": "This must be a text.",
    }
    return fields.String(required=True, error_messages=messages, **options)


class RuleSchema(_Strict):
    """One rule."""

    kind = _text(validate=validate.Equal(Kind.RULE))
    rule = _text()


class TwoSidedSchema(_Strict):
    """Two rules and a grace."""

    kind = _text(validate=validate.Equal(Kind.TWO_SIDED))
    join = _text()
    stay = _text()
    grace = fields.String(load_default="0d", error_messages={"invalid": "Write it like 14d or 36h."})


class CaseSchema(_Strict):
    """A label and its rule."""

    label = _text(validate=_LABEL)
    rule = _text()


class TiersSchema(_Strict):
    """Ordered cases."""

    kind = _text(validate=validate.Equal(Kind.TIERS))
    cases = fields.List(
        fields.Nested(CaseSchema),
        required=True,
        validate=validate.Length(1, limits.CASES, error=f"Tiers have 1 to {limits.CASES} cases."),
        error_messages={"required": "This is missing.", "invalid": "This must be a list of cases."},
    )
    default = fields.String(load_default=None, allow_none=True, validate=_LABEL)

    @validates_schema(skip_on_field_errors=True)
    def _labels_differ(self, data: Mapping[str, Any], **_: Any) -> None:
        seen: set[str] = set()
        for number, case in enumerate(data["cases"]):
            if fold(case["label"]) in seen:
                message = f"The label ‘{case['label']}’ stands twice: give each case its own."
                raise ValidationError({"cases": {number: {"label": [message]}}})
            seen.add(fold(case["label"]))
        if data["default"] and fold(data["default"]) in seen:
            message = f"‘{data['default']}’ is a case already: the default is for those without a case."
            raise ValidationError({"default": [message]})


_SCHEMAS: dict[Kind, Schema] = {
    Kind.RULE: RuleSchema(),
    Kind.TWO_SIDED: TwoSidedSchema(),
    Kind.TIERS: TiersSchema(),
}


def load(data: object) -> Definition:
    """The definition that the JSON describes, its rules parsed.

    Raises RuleError; each problem names its field (``cases.0.rule``), those of a rule their place.
    """
    if not isinstance(data, Mapping):
        raise RuleError([Problem("A definition is an object with a kind.", field="")])
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in frozenset(Kind):
        kinds = tuple(Kind)
        raise RuleError([Problem(f"The kind must be one of {', '.join(kinds)}.", None, kinds, field="kind")])
    try:
        plain: dict[str, Any] = _SCHEMAS[Kind(kind)].load(dict(data))
    except ValidationError as error:
        raise RuleError(flat(error.messages)) from error
    rules = _parsed(_texts(Kind(kind), plain))
    return _assembled(Kind(kind), plain, rules)


def dump(definition: Definition) -> dict[str, Any]:
    """The JSON of the definition, its rules in canonical text: ``load(dump(d)) == d``."""
    match definition:
        case OneRule(rule):
            return {"kind": str(Kind.RULE), "rule": print_rule(rule)}
        case TwoSided(join, stay, grace):
            return {
                "kind": str(Kind.TWO_SIDED),
                "join": print_rule(join),
                "stay": print_rule(stay),
                "grace": print_literal(grace),
            }
        case Tiers(cases, default):
            listed = [{"label": case.label, "rule": print_rule(case.rule)} for case in cases]
            return {"kind": str(Kind.TIERS), "cases": listed, "default": default}


def _texts(kind: Kind, plain: Mapping[str, Any]) -> dict[str, str]:
    """The text of every rule by its field."""
    match kind:
        case Kind.RULE:
            return {"rule": plain["rule"]}
        case Kind.TWO_SIDED:
            return {"join": plain["join"], "stay": plain["stay"]}
        case Kind.TIERS:
            return {f"cases.{number}.rule": case["rule"] for number, case in enumerate(plain["cases"])}


def _parsed(texts: Mapping[str, str]) -> dict[str, Rule]:
    """Every text as a rule; all their problems are told at once."""
    rules: dict[str, Rule] = {}
    found: list[Problem] = []
    for field, text in texts.items():
        try:
            rules[field] = parse(text)
        except RuleError as error:
            found += [replace(problem, field=field) for problem in error.problems]
    count = sum(1 for rule in rules.values() for _ in conditions(rule))
    if count > limits.CONDITIONS:
        message = f"This definition has {count} conditions; {limits.CONDITIONS} is the most."
        found.append(Problem(message, field=next(iter(texts))))
    if found:
        raise RuleError(found)
    return rules


def _assembled(kind: Kind, plain: Mapping[str, Any], rules: Mapping[str, Rule]) -> Definition:
    match kind:
        case Kind.RULE:
            return OneRule(rules["rule"])
        case Kind.TWO_SIDED:
            return TwoSided(rules["join"], rules["stay"], _grace(plain["grace"]))
        case Kind.TIERS:
            labels = [case["label"] for case in plain["cases"]]
            cases = tuple(map(Case, labels, rules.values()))
            return Tiers(cases, plain["default"])


def _grace(written: str) -> Duration:
    try:
        return read_duration(written)
    except ValueError as error:
        raise RuleError([Problem(str(error), field="grace", expected=("14d", "36h"))]) from error


def flat(messages: object, path: str = "") -> Iterator[Problem]:
    """marshmallow's nested messages as problems with a dotted field."""
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            name = "" if key == "_schema" else str(key)
            yield from flat(below, ".".join(part for part in (path, name) if part))
    elif isinstance(messages, list):
        for message in messages:
            yield Problem(str(message), field=path)
