"""Some data are read on demand

Of each that some rule asks for: how far everybody is read, and since when it is known.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "optional_reads",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("read_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_message", sa.BigInteger(), nullable=True),
        sa.Column("due_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("read_since", moment, nullable=True),
        sa.PrimaryKeyConstraint("store_id", "name", name=op.f("pk_optional_reads")),
    )
    op.create_index("ix_optional_reads_due", "optional_reads", ["store_id", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("optional_reads")
