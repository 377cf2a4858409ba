"""The first tables

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attributes",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("folded", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "customer_id", "name", "at", "digest", name=op.f("pk_attributes")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "backfills",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("objects", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("read_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("loaded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("read_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "kind", name=op.f("pk_backfills")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "consents",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "customer_id", "channel", "at", "state", name=op.f("pk_consents")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "credentials",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("access_token", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("previous_refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_credentials")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "customers",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("latest_fact_at", sa.DateTime(timezone=True), server_default="-infinity", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_cause", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_customers")),
        info={"tenant": True, "append_only": False},
    )
    op.create_index(
        "ix_customers_due", "customers", ["store_id", "due_at"], unique=False, postgresql_where="due_at IS NOT NULL"
    )
    op.create_table(
        "drains",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_drains")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "inbox",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=True),
        sa.Column("triggered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_inbox")),
        info={"tenant": True, "append_only": False},
        postgresql_with={"toast_tuple_target": 8160},
    )
    op.create_index("ix_inbox_delivery", "inbox", ["delivery_id", "store_id"], unique=True)
    op.create_table(
        "inbox_open",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "state", "id", name=op.f("pk_inbox_open")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "leases",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "name", name=op.f("pk_leases")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "lines",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("variant_id", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("gross", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("discount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("refunded", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("refunded_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gift_card", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("vendor", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("product_tags", sa.ARRAY(sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "order_id", "id", name=op.f("pk_lines")),
        info={"tenant": True, "append_only": False},
    )
    op.create_index("ix_lines_customer", "lines", ["store_id", "customer_id", "placed_at"], unique=False)
    op.create_table(
        "membership_log",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("true_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_membership_log")),
        info={"tenant": True, "append_only": True},
    )
    op.create_index("ix_membership_log_customer", "membership_log", ["store_id", "customer_id", "id"], unique=False)
    op.create_index("ix_membership_log_segment", "membership_log", ["store_id", "segment_id", "id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "customer_id", "segment_id", name=op.f("pk_memberships")),
        info={"tenant": True, "append_only": False},
    )
    op.create_index("ix_memberships_segment", "memberships", ["store_id", "segment_id", "customer_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("gross", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("discount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("shipping", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("refunded_total", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("refunded_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_refund_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_refund_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("app_id", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("discount_codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_orders")),
        info={"tenant": True, "append_only": False},
    )
    op.create_index("ix_orders_customer", "orders", ["store_id", "customer_id", "placed_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("written", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("foreign", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("unsure", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("caused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "customer_id", name=op.f("pk_outbox")),
        info={"tenant": True, "append_only": False},
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["store_id", "due_at"], unique=False, postgresql_where="due_at IS NOT NULL"
    )
    op.create_table(
        "plan_rows",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("true_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "plan_id", "customer_id", name=op.f("pk_plan_rows")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "plans",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("horizon", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("joins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leaves", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stays", sa.Integer(), server_default="0", nullable=False),
        sa.Column("undecided", sa.Integer(), server_default="0", nullable=False),
        sa.Column("examined", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_plans")),
        info={"tenant": True, "append_only": False},
    )
    op.create_index("ix_plans_segment", "plans", ["store_id", "segment_id", "id"], unique=False)
    op.create_table(
        "problems",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("particulars", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("store_id", "code", "subject", name=op.f("pk_problems")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "products",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("vendor", sa.Text(), nullable=True),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_products")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "reads",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("store_id", "kind", "id", name=op.f("pk_reads")),
        info={"tenant": True, "append_only": False},
    )
    op.create_index("ix_reads_due", "reads", ["store_id", "due_at"], unique=False)
    op.create_table(
        "refund_lines",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("refund_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "order_id", "refund_id", "line_id", name=op.f("pk_refund_lines")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "refunds",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("goods", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "order_id", "id", name=op.f("pk_refunds")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "segment_versions",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "segment_id", "version", name=op.f("pk_segment_versions")),
        info={"tenant": True, "append_only": True},
    )
    op.create_table(
        "segments",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="preview", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applied_version", sa.Integer(), nullable=True),
        sa.Column("stale_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stale_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_segments")),
        sa.UniqueConstraint("store_id", "folded", name=op.f("uq_segments_store_id_folded")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "stores",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("orders_known_from", sa.DateTime(timezone=True), server_default="-infinity", nullable=False),
        sa.Column("labels_known_from", sa.DateTime(timezone=True), server_default="-infinity", nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stores")),
        sa.UniqueConstraint("platform", "remote_id", name=op.f("uq_stores_platform_remote_id")),
    )
    op.create_index("ix_stores_platform_domain", "stores", ["platform", "domain"], unique=False)
    op.create_table(
        "tag_observations",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saw", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("folded", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "customer_id", "at", "saw", "digest", name=op.f("pk_tag_observations")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "tombstones",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "kind", "id", name=op.f("pk_tombstones")),
        info={"tenant": True, "append_only": False},
    )
    op.create_table(
        "writes",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("added", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("removed", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_writes")),
        info={"tenant": True, "append_only": True},
    )
    op.create_index("ix_writes_customer", "writes", ["store_id", "customer_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_writes_customer", table_name="writes")
    op.drop_table("writes")
    op.drop_table("tombstones")
    op.drop_table("tag_observations")
    op.drop_index("ix_stores_platform_domain", table_name="stores")
    op.drop_table("stores")
    op.drop_table("segments")
    op.drop_table("segment_versions")
    op.drop_table("refunds")
    op.drop_table("refund_lines")
    op.drop_index("ix_reads_due", table_name="reads")
    op.drop_table("reads")
    op.drop_table("products")
    op.drop_table("problems")
    op.drop_index("ix_plans_segment", table_name="plans")
    op.drop_table("plans")
    op.drop_table("plan_rows")
    op.drop_index("ix_outbox_due", table_name="outbox", postgresql_where="due_at IS NOT NULL")
    op.drop_table("outbox")
    op.drop_index("ix_orders_customer", table_name="orders")
    op.drop_table("orders")
    op.drop_index("ix_memberships_segment", table_name="memberships")
    op.drop_table("memberships")
    op.drop_index("ix_membership_log_segment", table_name="membership_log")
    op.drop_index("ix_membership_log_customer", table_name="membership_log")
    op.drop_table("membership_log")
    op.drop_index("ix_lines_customer", table_name="lines")
    op.drop_table("lines")
    op.drop_table("leases")
    op.drop_table("inbox_open")
    op.drop_index("ix_inbox_delivery", table_name="inbox")
    op.drop_table("inbox")
    op.drop_table("drains")
    op.drop_index("ix_customers_due", table_name="customers", postgresql_where="due_at IS NOT NULL")
    op.drop_table("customers")
    op.drop_table("credentials")
    op.drop_table("consents")
    op.drop_table("backfills")
    op.drop_table("attributes")
