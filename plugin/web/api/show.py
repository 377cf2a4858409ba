"""From rows to messages, where more than one noun needs it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from plugin.db import customers
from plugin.db.plans import Plan, Row
from plugin.db.segments import Segment
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.rules import schema
from plugin.rules.describe import describe_definition
from plugin.rules.problems import RuleError
from plugin.rules.speak import Speaker
from plugin.web import words


def segment(found: Segment, sizes: Mapping[str, int], plan: Plan | None, currency: str) -> dict[str, Any]:
    """A segment with its sizes; the size is None until its first plan is complete."""
    labels = labels_of(found.definition)
    decided = found.applied_version is not None
    return {
        **asdict(found),
        "kind": found.definition["kind"],
        "sentence": sentence(found.definition, currency),
        "size": sum(sizes.values()) if decided else None,
        "labels": [
            {"label": label, "tag": found.outputs.get(label), "size": sizes.get(label, 0)}
            for label in [*labels, *(old for old in sizes if old not in labels)]
        ],
        "plan": None if plan is None else asdict(plan),
    }


def labels_of(definition: Mapping[str, Any]) -> list[str]:
    """The labels of tiers in their order; of anything else the one without a name."""
    if definition["kind"] != "tiers":
        return [""]
    labels = [str(case["label"]) for case in definition["cases"]]
    return [*labels, str(definition["default"])] if definition.get("default") else labels


def sentence(definition: Mapping[str, Any], currency: str) -> str | None:
    """The definition in plain words; None for one that an older version of the language wrote."""
    try:
        return describe_definition(schema.load(definition), Speaker(currency=currency))
    except RuleError:
        return None


def version(definition: Mapping[str, Any], currency: str) -> str | None:
    """The same of an earlier version, of which nothing is left when it named somebody who was forgotten."""
    return sentence(definition, currency) if definition else words.erased_version()


def people(tx: Transaction, ids: Iterable[CustomerId], **more: Sequence[Any]) -> list[dict[str, Any]]:
    """The customers with their names, in this order; ``more``: a further value for each."""
    listed = list(ids)
    names = customers.named(tx, listed)
    found = []
    for place, customer_id in enumerate(listed):
        person: dict[str, Any] = {"id": customer_id, **names.get(customer_id, {})}
        found.append(person | {key: values[place] for key, values in more.items()})
    return found


def rows(tx: Transaction, found: Sequence[Row]) -> list[dict[str, Any]]:
    """The customers of a plan's rows."""
    return people(
        tx,
        [row.customer_id for row in found],
        was=[row.was for row in found],
        label=[row.label for row in found],
        since=[row.true_at for row in found],
    )
