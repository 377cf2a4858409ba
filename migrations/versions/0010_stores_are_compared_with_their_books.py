"""Stores are compared with their books

How far each store's books have been compared with ours, and what was mended; how far a history is, with what it is
expected to come to.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "reconciles",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("known_to", MOMENT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("objects", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("read_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("loaded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("looked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("missed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("apart", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("store_id", "kind", "look", name=op.f("pk_reconciles")),
    )
    op.create_table(
        "repairs",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "at", "kind", "what", name=op.f("pk_repairs")),
    )
    op.add_column("backfills", sa.Column("expected", sa.BigInteger(), nullable=True))
    op.add_column("backfills", sa.Column("roots", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("backfills", sa.Column("chunks", sa.Integer(), server_default="0", nullable=False))
    op.add_column("backfills", sa.Column("loading_at", MOMENT, nullable=True))


def downgrade() -> None:
    for name in ("loading_at", "chunks", "roots", "expected"):
        op.drop_column("backfills", name)
    op.drop_table("repairs")
    op.drop_table("reconciles")
