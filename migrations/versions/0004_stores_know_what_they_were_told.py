"""Stores know what they were told

A rule about something nobody ever told a store of is refused when it is saved.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TOLD = "INSERT INTO sources (store_id, name, type) SELECT DISTINCT store_id, name, type FROM attributes"


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "name", "type", name=op.f("pk_sources")),
    )
    op.execute("ALTER TABLE attributes NO FORCE ROW LEVEL SECURITY")  # The rows of every store.
    op.execute(TOLD)
    op.execute("ALTER TABLE attributes FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("sources")
