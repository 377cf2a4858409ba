"""Segments: a named rule with its outputs, versioned; preview or live."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import BigInteger, DateTime, Identity, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.stores import rules_changed
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid, NotFound
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold

MOMENT = DateTime(timezone=True)


class State(StrEnum):
    """Whether the segment's outputs are written to the store."""

    PREVIEW = "preview"
    """Everything is computed, nothing is written."""
    LIVE = "live"


segments = tenant_table(
    "segments",
    ("id",),
    column("id", BigInteger, NONE, server_default=Identity(always=True)),
    column("name", Text, NONE),
    column("folded", Text, NONE),
    column("state", Text, NONE, server_default="preview"),
    column("version", Integer, NONE),
    column("applied_version", Integer, NONE, nullable=True),
    column("stale_since", MOMENT, NONE, nullable=True),
    column("stale_reason", Text, NONE, nullable=True),
    column("created_at", MOMENT, NONE, server_default="now()"),
    UniqueConstraint("store_id", "folded"),
)

segment_versions = tenant_table(
    "segment_versions",
    ("segment_id", "version"),
    column("segment_id", BigInteger, NONE),
    column("version", Integer, NONE),
    column("definition", JSONB, NONE),
    column("outputs", JSONB, NONE),
    column("author", Text, NONE),
    column("created_at", MOMENT, NONE, server_default="now()"),
    append_only=True,
)


@dataclass(frozen=True)
class Segment:
    """A segment at one of its versions.

    ``definition`` is the JSON form of plugin/rules/segment.py; ``outputs`` maps a label to the tag its
    customers carry (a plain rule has the one label ``""``).
    """

    id: SegmentId
    name: str
    state: State
    version: int
    applied_version: int | None
    stale_since: datetime | None
    stale_reason: str | None
    created_at: datetime
    definition: Mapping[str, Any]
    outputs: Mapping[str, str]
    says: Mapping[str, str] = field(default_factory=dict)
    """The store's attributes that stand for it (plugin/db/outputs.py), by name, and what each says."""


SELECT = """SELECT s.id, s.name, s.state, v.version, s.applied_version, s.stale_since, s.stale_reason, s.created_at,
                   v.definition, v.outputs,
                   (SELECT coalesce(jsonb_object_agg(o.name, o.says), '{}') FROM outputs o
                    WHERE o.store_id = s.store_id AND o.segment_id = s.id AND o.kind = 'attribute'
                      AND o.state IN ('making', 'standing', 'gone'))
            FROM segments s JOIN segment_versions v ON v.store_id = s.store_id AND v.segment_id = s.id"""


def _segment(row: tuple[Any, ...]) -> Segment:
    return Segment(SegmentId(row[0]), row[1], State(row[2]), *row[3:])


def applied(tx: Transaction) -> list[Segment]:
    """The segments that are decided for, each at its applied version, oldest first."""
    return [
        _segment(row)
        for row in tx.rows(
            f"{SELECT} AND v.version = s.applied_version WHERE s.store_id = %s ORDER BY s.id", (tx.store_id,)
        )
    ]


def newest(tx: Transaction) -> list[Segment]:
    """All segments, each at its newest version, oldest first."""
    return [
        _segment(row)
        for row in tx.rows(f"{SELECT} AND v.version = s.version WHERE s.store_id = %s ORDER BY s.id", (tx.store_id,))
    ]


def get(tx: Transaction, segment_id: SegmentId) -> Segment:
    """The segment at its newest version; raises NotFound."""
    row = tx.row(f"{SELECT} AND v.version = s.version WHERE s.store_id = %s AND s.id = %s", (tx.store_id, segment_id))
    if row is None:
        raise NotFound("no such segment", segment=segment_id)
    return _segment(row)


def at_version(tx: Transaction, segment_id: SegmentId, version: int) -> Segment:
    """The segment at this version; raises NotFound."""
    row = tx.row(f"{SELECT} AND v.version = %s WHERE s.store_id = %s AND s.id = %s", (version, tx.store_id, segment_id))
    if row is None:
        raise NotFound("no such version", segment=segment_id, version=version)
    return _segment(row)


def create(
    tx: Transaction, name: str, definition: Mapping[str, Any], outputs: Mapping[str, str], author: str
) -> SegmentId:
    """A new segment in preview, version 1; raises Invalid when the name is taken."""
    segment_id = tx.value(
        """INSERT INTO segments (store_id, name, folded, version) VALUES (%s, %s, %s, 1)
           ON CONFLICT DO NOTHING RETURNING id""",
        (tx.store_id, name, fold(name)),
    )
    if segment_id is None:
        raise Invalid(f"There is a segment named {name} already. Choose another name.", field="name")
    _add_version(tx, SegmentId(segment_id), 1, definition, outputs, author)
    return SegmentId(segment_id)


def revise(
    tx: Transaction,
    segment_id: SegmentId,
    definition: Mapping[str, Any],
    outputs: Mapping[str, str],
    author: str,
) -> int:
    """The segment has a new newest version, not yet applied; its number."""
    version = tx.value(
        "UPDATE segments SET version = version + 1 WHERE store_id = %s AND id = %s RETURNING version",
        (tx.store_id, segment_id),
    )
    if version is None:
        raise NotFound("no such segment", segment=segment_id)
    _add_version(tx, segment_id, version, definition, outputs, author)
    return int(version)


def _add_version(
    tx: Transaction,
    segment_id: SegmentId,
    version: int,
    definition: Mapping[str, Any],
    outputs: Mapping[str, str],
    author: str,
) -> None:
    tx.execute(
        """INSERT INTO segment_versions (store_id, segment_id, version, definition, outputs, author)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (tx.store_id, segment_id, version, Jsonb(dict(definition)), Jsonb(dict(outputs)), author),
    )


def rename(tx: Transaction, segment_id: SegmentId, name: str) -> None:
    """The segment has this name; raises Invalid when another has it."""
    if tx.value(
        "SELECT 1 FROM segments WHERE store_id = %s AND folded = %s AND id <> %s", (tx.store_id, fold(name), segment_id)
    ):
        raise Invalid(f"There is a segment named {name} already. Choose another name.", field="name")
    tx.execute(
        "UPDATE segments SET name = %s, folded = %s WHERE store_id = %s AND id = %s",
        (name, fold(name), tx.store_id, segment_id),
    )
    rules_changed(tx)


def versions(tx: Transaction, segment_id: SegmentId, most: int = 50) -> list[dict[str, Any]]:
    """The segment's versions, newest first: what it meant, who wrote it and when."""
    names = ("version", "definition", "outputs", "author", "created_at")
    rows = tx.rows(
        f"""SELECT {", ".join(names)} FROM segment_versions WHERE store_id = %s AND segment_id = %s
            ORDER BY version DESC LIMIT %s""",
        (tx.store_id, segment_id, most),
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def former(tx: Transaction) -> list[tuple[SegmentId, int, str]]:
    """Every version that nobody goes by any more, of deleted segments too: its number and all that is written in it."""
    rows = tx.rows(
        """SELECT v.segment_id, v.version, v.definition, v.outputs FROM segment_versions v
           WHERE v.store_id = %(store)s AND v.definition <> '{}' AND NOT EXISTS (
             SELECT 1 FROM segments s WHERE s.store_id = %(store)s AND s.id = v.segment_id
                                        AND v.version IN (s.version, s.applied_version))""",
        {"store": tx.store_id},
    )
    return [(SegmentId(row[0]), row[1], json.dumps(row[2:], ensure_ascii=False)) for row in rows]


def blank(tx: Transaction, segment_id: SegmentId, version: int) -> None:
    """What the version said is erased; that there was one stays."""
    tx.execute("SELECT regulars_unsay(%s, %s)", (segment_id, version))


def set_applied(tx: Transaction, segment_id: SegmentId, version: int) -> None:
    """From now on the segment is decided by this version."""
    tx.execute(
        """UPDATE segments SET applied_version = %s, stale_since = NULL, stale_reason = NULL
           WHERE store_id = %s AND id = %s""",
        (version, tx.store_id, segment_id),
    )
    rules_changed(tx)


def set_state(tx: Transaction, segment_id: SegmentId, state: State) -> None:
    """Preview or live."""
    tx.execute(
        "UPDATE segments SET state = %s WHERE store_id = %s AND id = %s",
        (state.value, tx.store_id, segment_id),
    )
    rules_changed(tx)


def set_stale(tx: Transaction, segment_id: SegmentId, reason: str) -> None:
    """The segment can't be decided; its members stay as they last were."""
    tx.execute(
        """UPDATE segments SET stale_since = coalesce(stale_since, now()), stale_reason = %s
           WHERE store_id = %s AND id = %s""",
        (reason[:500], tx.store_id, segment_id),
    )
    rules_changed(tx)


def clear_stale(tx: Transaction, segment_id: SegmentId) -> None:
    """The segment is decided again."""
    tx.execute(
        "UPDATE segments SET stale_since = NULL, stale_reason = NULL WHERE store_id = %s AND id = %s",
        (tx.store_id, segment_id),
    )
    rules_changed(tx)


def remove(tx: Transaction, segment_id: SegmentId) -> None:
    """The segment and its members are gone; the log of entries and exits stays."""
    for table in ("memberships", "plans", "plan_rows"):  # A run that puts rows holds its plan's row.
        tx.execute(f"DELETE FROM {table} WHERE store_id = %s AND segment_id = %s", (tx.store_id, segment_id))
    tx.execute("DELETE FROM segments WHERE store_id = %s AND id = %s", (tx.store_id, segment_id))
    rules_changed(tx)
