"""Stores have doors of their own

Webhooks carry a secret of their store; people may lose the right to open our page.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credentials", sa.Column("hook_secret", sa.LargeBinary(), nullable=True))
    op.add_column(
        "stores",
        sa.Column("hook_digests", sa.ARRAY(sa.LargeBinary()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_table(
        "removals",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "user_id", name="pk_removals"),
    )


def downgrade() -> None:
    op.drop_table("removals")
    op.drop_column("stores", "hook_digests")
    op.drop_column("credentials", "hook_secret")
