"""Places on a list are somebody's

Who wants to hear from a store has a place on its list; that it is gone is told by its number alone.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscribers",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "number", "customer_id", "channel", name=op.f("pk_subscribers")),
    )


def downgrade() -> None:
    op.drop_table("subscribers")
