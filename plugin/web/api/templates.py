"""Templates to start a segment from, by what a store owner wants to reach."""

from decimal import Decimal
from typing import Any

from plugin.db import stores
from plugin.domain.errors import NotFound
from plugin.flow import sources
from plugin.flow.sources import Sources
from plugin.rules import schema
from plugin.rules.gallery import TEMPLATES
from plugin.rules.reads import spoken
from plugin.rules.refusals import refusals
from plugin.rules.segment import rules_of
from plugin.rules.speak import Speaker
from plugin.rules.templates import Goal, Parameter, Template
from plugin.web import words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("templates", __name__, url_prefix="/api/templates", description="Templates to start a segment from")


@routes.get("")
@routes.answers(200, schemas.Templates)
def listed() -> dict[str, Any]:
    """Every template that says something at this store, its defaults filled in, with its sentence in the store's
    currency, and what it still lacks here."""
    speaker = _speaker()
    with house().database.store(store_id()) as tx:
        known = sources.of(tx, stores.get(tx))
    found: dict[Goal, list[dict[str, Any]]] = {goal: [] for goal in Goal}
    for each in TEMPLATES.values():
        if known.untold.isdisjoint(name for _, rule in rules_of(each.meant()) for name in spoken(rule)):
            found[each.goal].append(_template(each, speaker) | {"lacks": _lacks(each, known)})
    return {
        "goals": [
            {"id": goal.value, "title": words.say(goal.said), "templates": listed}
            for goal, listed in found.items()
            if listed
        ]
    }


@routes.post("/<name>/fill")
@routes.asks(schemas.FillRequest)
@routes.answers(200, schemas.Filled)
def filled(asked: dict[str, Any], name: str) -> dict[str, Any]:
    """The definition of a template with these values; what a value may not be is said with its field."""
    template = TEMPLATES.get(name)
    if template is None:
        raise NotFound("no such template", template=name)
    definition = schema.dump(template.meant(asked["values"]))
    return {"definition": definition, "sentence": template.sentence(_speaker(), asked["values"])}


def _lacks(template: Template, known: Sources) -> str | None:
    """Why it can't be saved at this store, before somebody tells what it asks for."""
    problems = refusals(template.meant(), known.facts, {})
    return words.say(problems[0].message) if problems else None


def _speaker() -> Speaker:
    with house().database.store(store_id()) as tx:
        return Speaker(currency=stores.get(tx).currency)


def _template(template: Template, speaker: Speaker) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": words.say(template.name),
        "purpose": words.say(template.purpose),
        "sentence": template.sentence(speaker),
        "definition": schema.dump(template.meant()),
        "outputs": template.tags,
        "action": words.say(template.action),
        "kpi": words.say(template.kpi),
        "parameters": [_blank(parameter) for parameter in template.parameters],
    }


def _blank(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "label": words.say(parameter.label),
        "kind": parameter.kind.value,
        "default": parameter.default,
        "least": _plain(parameter.least),
        "most": _plain(parameter.most),
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
