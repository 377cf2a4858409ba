"""The search syntax finds what the platform's would, and misreads what it misreads."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.admin_api.search import Days, Getter, compile_query


@dataclass(frozen=True)
class Thing:
    id: int
    tags: tuple[str, ...] = ()
    test: bool = False
    updated_at: datetime = datetime(2026, 10, 5, 14, 30, tzinfo=UTC)


FIELDS: dict[str, Getter] = {
    "id": lambda thing: thing.id,
    "tag": lambda thing: list(thing.tags),
    "test": lambda thing: thing.test,
    "updated_at": lambda thing: thing.updated_at,
    "day": lambda thing: Days(thing.updated_at),
}


def finds(query: str, thing: Thing) -> bool:
    return compile_query(query, FIELDS, [])(thing)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("id:5", True),
        ("id:>5", False),
        ("id:>=5 id:<=5", True),
        ("id:4 OR id:5", True),
        ("id:4 AND id:5", False),
        ("NOT id:5", False),
        ("-id:4", True),
        ("(id:4 OR id:5) AND test:false", True),
        ("tag:vip", True),
        ("tag:'New York'", True),
        ('tag:"new york"', True),
        ("tag:other", False),
        ("updated_at:>='2026-10-05T14:30:00Z'", True),
        ("updated_at:>'2026-10-05T14:30:00Z'", False),
        ("updated_at:>'2026-10-05T16:29:59+02:00'", True),
        ("updated_at:<'2026-10-05T14:30:00Z'", False),
        ("updated_at:2026-10-05", True),
        ("updated_at:>2026-10-05", False),
        ("", True),
    ],
)
def test_a_query_finds(query: str, found: bool) -> None:
    assert finds(query, Thing(5, ("VIP", "New York"))) is found


def test_some_fields_know_whole_days_only() -> None:
    thing = Thing(1)

    assert finds("day:>='2026-10-05T23:59:59Z'", thing)
    assert not finds("day:>'2026-10-05T00:00:00Z'", thing)


def test_a_timestamp_without_quotes_is_misread_without_a_word() -> None:
    warnings: list[dict[str, Any]] = []

    test = compile_query("updated_at:>=2030-01-01T00:00:00Z", FIELDS, warnings)

    assert test(Thing(1))
    assert warnings == []


def test_an_unknown_field_is_left_out_with_a_warning() -> None:
    warnings: list[dict[str, Any]] = []

    test = compile_query("colour:red AND id:5", FIELDS, warnings)

    assert test(Thing(5))
    assert not test(Thing(6))
    assert [item["field"] for item in warnings[0]["warnings"]] == ["colour"]
