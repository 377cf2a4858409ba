"""What is written back grows

Many customers' changes in one bundle, a document about each customer's segments, segments of the platform's
own that stand for ours, and how often a tag of ours was given again.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = postgresql.ARRAY(sa.Text())
DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "bundles",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="idle", nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("adds", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("upload", sa.Text(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("read_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("began_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_bundles")),
    )
    op.create_table(
        "bundle_lines",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("before", TEXTS, nullable=False),
        sa.Column("changed", TEXTS, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("caused_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("store_id", "customer_id", name=op.f("pk_bundle_lines")),
    )
    op.create_index("ix_bundle_lines_line", "bundle_lines", ["store_id", "line"])
    op.create_table(
        "documents",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("written", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "customer_id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_due", "documents", ["store_id", "due_at"], postgresql_where=DUE)
    op.create_table(
        "twins",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("made_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "segment_id", name=op.f("pk_twins")),
    )
    op.create_index("ix_twins_due", "twins", ["store_id", "due_at"], postgresql_where=DUE)
    op.add_column("outbox", sa.Column("restores", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("restored_at", MOMENT, nullable=True))


def downgrade() -> None:
    for name in ("restored_at", "restores"):
        op.drop_column("outbox", name)
    for name in ("twins", "documents", "bundle_lines", "bundles"):
        op.drop_table(name)
