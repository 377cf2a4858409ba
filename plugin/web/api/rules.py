"""Rules while they are being written: understood or not, and how many they would catch."""

from typing import Any

from plugin.db import stores
from plugin.domain.ids import SegmentId
from plugin.engine.series import Step
from plugin.flow import sources
from plugin.flow.check import check
from plugin.flow.count import count
from plugin.flow.series import series_of_draft
from plugin.rules import fields
from plugin.rules.advice import Advice
from plugin.rules.describe import describe
from plugin.rules.fields import Field, Type
from plugin.rules.parse import parse
from plugin.rules.problems import RuleError
from plugin.rules.reads import reads, spoken
from plugin.rules.speak import Speaker
from plugin.web import words
from plugin.web.api import schemas, show
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("rules", __name__, url_prefix="/api/rules", description="Rules while they are being written")


MORE = (
    "count(orders WHERE date >= -90d) >= 2",
    "sum(orders.net WHERE date >= -365d) >= 500",
    "avg(orders.net) >= 80",
    "count(lines WHERE category CONTAINS 'Shoes') >= 1",
    "count(lines WHERE product_tag CONTAINS 'shoes') >= 1",
    "sum(refunds.total) > 0",
    "orders_placed MATCHES (date >= -90d, sum_amount >= 200)",
    "products_purchased MATCHES (tag = 'shoes', date >= -90d)",
    "IN SEGMENT 'Regulars'",
)
"""Examples of what is not a simple fact about the customer."""


@routes.post("/check")
@routes.asks(schemas.DraftRequest)
@routes.answers(200, schemas.Checked)
def checked(draft: dict[str, Any]) -> dict[str, Any]:
    """What the draft means in plain words; or its mistakes, each with its place and cure."""
    try:
        with house().database.store(store_id()) as tx:
            found = check(tx, draft["definition"], draft["name"], draft["outputs"], _segment(draft))
    except RuleError as error:
        problems = [words.problem_of_rule(problem) for problem in error.problems]
        return {"ok": False, "definition": None, "sentence": None, "advice": [], "problems": problems}
    return {
        "ok": True,
        "definition": found.definition,
        "sentence": found.sentence,
        "advice": [_advice(advice) for advice in found.advice if not words.names_another(advice.message)],
        "problems": [],
    }


@routes.post("/count")
@routes.asks(schemas.DraftRequest)
@routes.answers(200, schemas.Counted)
def counted(draft: dict[str, Any]) -> dict[str, Any]:
    """How many customers the draft has in it now, five of them, and five who just miss it."""
    found = count(house(), store_id(), draft["definition"], draft["name"], _segment(draft))
    with house().database.store(store_id()) as tx:
        return {
            "inside": found.inside,
            "undecided": found.undecided,
            "total": found.total,
            "labels": found.labels,
            "sample_in": show.people(tx, found.sample_in),
            "sample_out": show.people(tx, found.sample_out),
            "as_of": found.as_of,
            "advice": [_advice(advice) for advice in found.advice if not words.names_another(advice.message)],
        }


@routes.post("/series")
@routes.asks(schemas.DraftSeriesRequest)
@routes.answers(200, schemas.Series)
def series(draft: dict[str, Any]) -> dict[str, Any]:
    """How many customers the draft would have had in it at each of many moments."""
    found = series_of_draft(
        house(),
        store_id(),
        draft["definition"],
        draft["name"],
        _segment(draft),
        draft["points"],
        Step(draft["step"]),
    )
    return {"points": found}


@routes.get("/vocabulary")
@routes.answers(200, schemas.Vocabulary)
def vocabulary() -> dict[str, Any]:
    """What a rule of this store can be made of: an example of each word, and what the example means."""
    with house().database.store(store_id()) as tx:
        store = stores.get(tx)
        told = sources.of(tx, store)
    speaker = Speaker(currency=store.currency)
    rules = {text: parse(text) for text in (*map(_example, fields.ATTRIBUTES.values()), *MORE)}
    return {
        "words": [
            {"example": text, "meaning": describe(rule, speaker)}
            for text, rule in rules.items()
            if told.untold.isdisjoint(spoken(rule)) and all(read.facts <= told.facts for read in reads(rule))
        ]
    }


def _example(name: Field) -> str:
    """A condition on the name that makes sense for its type."""
    match name.type:
        case Type.NUMBER:
            return f"{name.name} >= 3"
        case Type.MONEY:
            return f"{name.name} >= 500"
        case Type.DATE:
            return f"{name.name} >= -30d"
        case Type.LIST:
            return f"{name.name} CONTAINS '{'DE' if 'countries' in name.name else 'newsletter'}'"
        case Type.CHOICE:
            return f"{name.name} = '{'SUBSCRIBED' if 'SUBSCRIBED' in name.choices else name.choices[0]}'"
    return f"{name.name} IS NOT NULL"


def _segment(draft: dict[str, Any]) -> SegmentId | None:
    return None if draft["segment_id"] is None else SegmentId(draft["segment_id"])


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "field": advice.field,
        "message": words.say(advice.message),
        "cure": words.say(advice.cure),
        "start": advice.span.start if advice.span else None,
        "end": advice.span.end if advice.span else None,
    }
