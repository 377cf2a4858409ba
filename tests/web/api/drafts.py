"""Segments as the page sends them."""

from typing import Any


def rule(name: str, text: str, tag: str = "") -> dict[str, Any]:
    """A segment of one rule."""
    return {"name": name, "definition": {"kind": "rule", "rule": text}, "outputs": {"": tag}}


def tiers(name: str, *cases: tuple[str, str], default: str | None = None) -> dict[str, Any]:
    """A segment with labels; each label's tag is the label in lower case."""
    definition = {
        "kind": "tiers",
        "cases": [{"label": label, "rule": text} for label, text in cases],
        "default": default,
    }
    return {"name": name, "definition": definition, "outputs": {label: label.lower() for label, _ in cases}}
