"""Messages go before crowds

Whom a purchase moved is found among very many whom a new rule moved.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_outbox_heard",
        "outbox",
        ["store_id", "due_at"],
        unique=False,
        postgresql_where="due_at IS NOT NULL AND caused_at IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_heard", table_name="outbox")
