"""Stores have entitlements

What a store has agreed to pay for, as last read at its platform, and whether writing to it stands still.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "entitlements",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="none", nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("trial_until", MOMENT, nullable=True),
        sa.Column("renews_at", MOMENT, nullable=True),
        sa.Column("amount", sa.Numeric(20, 4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("every", sa.Text(), nullable=True),
        sa.Column("next_plan", sa.Text(), nullable=True),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("first_asked_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("customers", sa.BigInteger(), nullable=True),
        sa.Column("over_since", MOMENT, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_entitlements")),
    )
    op.create_index(
        "ix_entitlements_due", "entitlements", ["store_id", "due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_entitlements_due", table_name="entitlements")
    op.drop_table("entitlements")
