"""How tables are declared: one metadata, the store first in every key, each column's privacy named."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Computed, Index, MetaData, PrimaryKeyConstraint, Table, text
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Privacy(StrEnum):
    """What a column holds about a person. Forget and export are made from this."""

    PERSONAL = "personal"
    """Says something about a person: forgotten on request, exported on request."""
    ID = "id"
    """Points at a person: kept in tombstones, never logged with anything personal."""
    NONE = "none"


PERSONAL, ID, NONE = Privacy.PERSONAL, Privacy.ID, Privacy.NONE


def column(
    name: str,
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    privacy: Privacy,
    computed: str | None = None,
    **options: Any,
) -> Column[Any]:
    """A column that says what it holds about a person; not null unless told otherwise.

    ``computed``: PostgreSQL keeps it equal to this expression over the row's other columns.
    """
    options.setdefault("nullable", False)
    if options.get("server_default") == "now()":
        options["server_default"] = text("now()")  # Quoted, it would be the moment of the migration.
    kept = [] if computed is None else [Computed(computed, persisted=True)]
    return Column(name, kind, *kept, info={"privacy": privacy}, **options)


def tenant_table(
    name: str, key: tuple[str, ...], *items: SchemaItem, append_only: bool = False, **options: Any
) -> Table:
    """A table of one store's rows: ``store_id`` comes first, and the key is (store_id, *key).

    ``append_only`` gives the app no UPDATE and no DELETE; ``options`` are SQLAlchemy's (storage and the like).
    """
    return Table(
        name,
        metadata,
        Column("store_id", BigInteger, nullable=False, info={"privacy": NONE}),
        *items,
        PrimaryKeyConstraint("store_id", *key),
        info={"tenant": True, "append_only": append_only},
        **options,
    )


def index(name: str, *columns: str, **options: Any) -> Index:
    """An index of a store's table; ``store_id`` comes first."""
    return Index(name, "store_id", *columns, **options)
