"""Stores move and rest

A store that changes its domain is found under both; one that Shopify has frozen is left alone.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_AGO = sa.text("'-infinity'")


def upgrade() -> None:
    op.add_column("stores", sa.Column("paused_at", MOMENT, nullable=True))
    op.add_column("stores", sa.Column("told_at", MOMENT, server_default=LONG_AGO, nullable=False))
    op.add_column("stores", sa.Column("domain_since", MOMENT, server_default=LONG_AGO, nullable=False))
    op.add_column("stores", sa.Column("earlier_domain", sa.Text(), nullable=True))
    op.create_index("ix_stores_platform_earlier_domain", "stores", ["platform", "earlier_domain"])


def downgrade() -> None:
    op.drop_index("ix_stores_platform_earlier_domain", table_name="stores")
    for name in ("earlier_domain", "domain_since", "told_at", "paused_at"):
        op.drop_column("stores", name)
