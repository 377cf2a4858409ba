"""Personal traits that a rule asks for, or that something it asks for stands in for."""

from collections.abc import Iterator

from plugin.rules.advice import Advice, Code
from plugin.rules.tree import Anniversary, AnyNode, Attribute, Distance, RowField, Rule
from plugin.rules.walk import children

PERSONAL = {
    "birth_date": "age",
    "age": "age",
    "gender": "gender",
    "income": "income",
    "education": "education",
    "occupation": "occupation",
}
"""Names of the catalogue, and the trait."""
WORDS = (
    *("age", "birth", "gender", "sex", "income", "salary", "race", "ethnic", "religio", "disab", "health", "pregnan"),
    *("nationality", "politic", "orientation", "marital"),
)
"""In the name of a metafield or attribute, or of a survey's question."""
STAND_INS = {
    "postcode": "income or origin",
    "billing_postcode": "income or origin",
    "customer_language": "origin",
}
LENGTHS = {"age", "sex", "race"}
"""Words that are part of harmless ones: only as a word of their own."""


def look(rule: Rule) -> Iterator[Advice]:
    """Each trait once, where it is asked for first."""
    seen: set[str] = set()
    for node in _asked(rule):
        name = _name(node)
        if name in seen:
            continue
        seen.add(name)
        if trait := _trait(node, name):
            message = f"`{name}` is a personal trait ({trait}). Treating people differently for it can be unlawful."
            cure = "Ask for what they buy or told you they want; if you keep it, know your reason."
            yield Advice(Code.PERSONAL, message, cure, span=node.span)
        elif behind := STAND_INS.get(name.removeprefix("order.")):
            message = f"`{name}` can stand in for a personal trait ({behind})."
            cure = "For delivery ask for country, region or distance; for taste ask for what they buy."
            yield Advice(Code.STANDS_IN, message, cure, span=node.span)


def _asked(node: AnyNode) -> Iterator[AnyNode]:
    """The node and what is below it; a birthday greeting says nothing of an age."""
    yield node
    if isinstance(node, Anniversary):
        return
    for child in children(node):
        yield from _asked(child)


def _name(node: AnyNode) -> str:
    match node:
        case Attribute(name) | RowField(name):
            return name
        case Distance():
            return "distance"
    return ""


def _trait(node: AnyNode, name: str) -> str | None:
    if not isinstance(node, Attribute):
        return None
    if name in PERSONAL:
        return PERSONAL[name]
    if not name.startswith(("metafields.", "attributes.")):
        return None
    parts = name.lower().replace("-", "_").replace(".", "_").split("_")[1:]
    for word in WORDS:
        if any(part == word if word in LENGTHS else part.startswith(word) for part in parts):
            return word if word in LENGTHS else next(part for part in parts if part.startswith(word))
    return None
