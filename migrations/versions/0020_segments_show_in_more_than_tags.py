"""Segments show in more than tags

In customer groups, attributes and segments of the platform's own; the journal says which was written.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DUE = sa.text("due_at IS NOT NULL")
HEARD = sa.text("due_at IS NOT NULL AND caused_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("writes", sa.Column("what", sa.Text(), server_default=sa.text("'tags'"), nullable=False))
    op.create_table(
        "outputs",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=True),
        sa.Column("rank", sa.Integer(), server_default=sa.text("'0'"), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("'0'"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "segment_id", "kind", "label", name=op.f("pk_outputs")),
    )
    op.create_index("ix_outputs_due", "outputs", ["store_id", "due_at"], postgresql_where=DUE)
    op.create_table(
        "placements",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.BigInteger(), nullable=True),
        sa.Column("wanted_by", sa.BigInteger(), nullable=True),
        sa.Column("written", sa.BigInteger(), nullable=True),
        sa.Column("previous", sa.BigInteger(), nullable=True),
        sa.Column("heading", sa.BigInteger(), nullable=True),
        sa.Column("held_by", sa.BigInteger(), nullable=True),
        sa.Column("held_name", sa.Text(), nullable=True),
        *_sending(),
        sa.PrimaryKeyConstraint("store_id", "customer_id", name=op.f("pk_placements")),
    )
    op.create_index("ix_placements_due", "placements", ["store_id", "due_at"], postgresql_where=DUE)
    op.create_index("ix_placements_heard", "placements", ["store_id", "due_at"], postgresql_where=HEARD)
    held = sa.text("held_by IS NOT NULL")
    op.create_index("ix_placements_held", "placements", ["store_id", "held_by"], postgresql_where=held)
    op.create_table(
        "leavable",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "group_id", name=op.f("pk_leavable")),
    )
    op.create_table(
        "rolls",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=True),
        sa.Column("written", sa.Text(), nullable=True),
        sa.Column("unsure", sa.Boolean(), server_default=sa.text("'false'"), nullable=False),
        *_sending(),
        sa.PrimaryKeyConstraint("store_id", "customer_id", "segment_id", "kind", "label", name=op.f("pk_rolls")),
    )
    op.create_index("ix_rolls_due", "rolls", ["store_id", "due_at"], postgresql_where=DUE)
    op.create_index("ix_rolls_heard", "rolls", ["store_id", "due_at"], postgresql_where=HEARD)
    op.create_index("ix_rolls_segment", "rolls", ["store_id", "segment_id", "kind", "label"])


def _sending() -> list[sa.Column[object]]:
    """How far writing has got."""
    return [
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("caused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("'0'"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
    ]


def downgrade() -> None:
    for name in ("rolls", "leavable", "placements", "outputs"):
        op.drop_table(name)
    op.drop_column("writes", "what")
