"""Stores have shelves

That a store's platform has a place for documents about customers.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shelves",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_shelves")),
    )


def downgrade() -> None:
    op.drop_table("shelves")
