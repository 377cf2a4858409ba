"""Payments can be taken back

A message that says all there is about an order's payment can take it back; a refund can say that nothing is left;
and a store knows whether it ever had an order whose amounts are unknown.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("payment_version", sa.LargeBinary(), nullable=True))
    op.add_column("orders", sa.Column("paid_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("refunds", sa.Column("whole", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("stores", sa.Column("amounts_unsure", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("stores", "amounts_unsure")
    op.drop_column("refunds", "whole")
    op.drop_column("orders", "paid_before")
    op.drop_column("orders", "payment_version")
