"""Lines know the state of their order

What decides whether a line counts, and what it is worth after refunds, stands on the line: everyone is decided
without looking up the order of each.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NET = "greatest(gross - discount - refunded, 0)"

FULL_REFUNDS = """
UPDATE orders o SET full_refund_at = f.at FROM (
  SELECT r.store_id, r.order_id, min(r.refunded_at) AS at FROM (
    SELECT store_id, order_id, refunded_at,
      sum(goods) OVER (PARTITION BY store_id, order_id ORDER BY refunded_at) AS so_far FROM refunds) r
  JOIN orders b ON b.store_id = r.store_id AND b.id = r.order_id AND r.so_far >= b.gross - b.discount
  GROUP BY 1, 2) f
WHERE o.store_id = f.store_id AND o.id = f.order_id"""

STATES = """
UPDATE lines l SET test = o.test, paid_at = o.paid_at, cancelled_at = o.cancelled_at,
  first_refund_at = o.first_refund_at, last_refund_at = o.last_refund_at, full_refund_at = o.full_refund_at
FROM orders o WHERE o.store_id = l.store_id AND o.id = l.order_id"""

MOMENTS = ("paid_at", "cancelled_at", "first_refund_at", "last_refund_at", "full_refund_at")


def upgrade() -> None:
    op.add_column("orders", sa.Column("full_refund_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lines", sa.Column("test", sa.Boolean(), server_default="false", nullable=False))
    for name in MOMENTS:
        op.add_column("lines", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for table in ("orders", "lines", "refunds"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")  # Over the rows of every store.
    op.execute(FULL_REFUNDS)
    op.execute(STATES)
    for table in ("orders", "lines", "refunds"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table in ("orders", "lines"):
        kept = sa.Column("net", sa.Numeric(20, 4), sa.Computed(NET, persisted=True), nullable=False)
        op.add_column(table, kept)


def downgrade() -> None:
    for table in ("orders", "lines"):
        op.drop_column(table, "net")
    for name in (*MOMENTS, "test"):
        op.drop_column("lines", name)
    op.drop_column("orders", "full_refund_at")
