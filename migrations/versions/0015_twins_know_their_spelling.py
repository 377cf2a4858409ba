"""Twins know their spelling

How the store showed a segment of its own when we wrote it: what differs from that, somebody changed.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("twins", sa.Column("shown", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("twins", "shown")
