"""History comes in pages

Where an export goes on is a text of the platform's own, nobody need count its lines beforehand, and a long list
of ids is compared over many steps.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("backfills", "reconciles")


def upgrade() -> None:
    for table in TABLES:
        op.alter_column(table, "read_to", server_default=None)
        op.alter_column(
            table,
            "read_to",
            type_=sa.Text(),
            server_default="",
            postgresql_using="CASE read_to WHEN 0 THEN '' ELSE read_to::text END",
        )
        op.alter_column(table, "objects", nullable=True)
    op.add_column("reconciles", sa.Column("listed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("reconciles", "listed")
    for table in TABLES:
        op.alter_column(
            table, "objects", type_=sa.BigInteger(), nullable=False, postgresql_using="coalesce(objects, 0)"
        )
        op.alter_column(table, "read_to", server_default=None)
        op.alter_column(
            table,
            "read_to",
            type_=sa.BigInteger(),
            server_default="0",
            postgresql_using=r"CASE WHEN read_to ~ '^\d{1,18}$' THEN read_to::bigint ELSE 0 END",
        )
