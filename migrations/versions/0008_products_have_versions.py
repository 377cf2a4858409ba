"""Products have versions

Every version of a product is kept, so that a line can show the one of its day; lines know which of their fields
that is, and are found by their product.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OF_PRODUCT = "'{type,product_tag,category,compare_at_price,option}'::text[]"


def upgrade() -> None:
    op.add_column("products", sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("products", sa.Column("categories", sa.ARRAY(sa.Text()), nullable=True))
    op.drop_constraint("pk_products", "products", type_="primary")
    op.create_primary_key("pk_products", "products", ["store_id", "id", "updated_at", "seen_at", "digest"])
    op.create_index(
        "ix_products_categories",
        "products",
        ["store_id", "id", "seen_at"],
        postgresql_where=sa.text("categories IS NOT NULL"),
    )
    op.add_column("lines", sa.Column("of_product", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.create_index("ix_lines_product", "lines", ["store_id", "product_id", "placed_at"])
    _for_every_store("lines", "stores", force=False)
    op.execute(
        f"""UPDATE lines l SET of_product = ARRAY(SELECT unnest(l.unknown) INTERSECT SELECT unnest({OF_PRODUCT}))
            FROM stores s WHERE s.id = l.store_id AND s.platform = 'shopify' AND 'category' = ANY (l.unknown)
              AND 'type' = ANY (l.unknown) AND l.product_id IS NOT NULL"""
    )
    _for_every_store("lines", "stores", force=True)


def downgrade() -> None:
    op.drop_index("ix_lines_product", "lines")
    op.drop_column("lines", "of_product")
    op.drop_index("ix_products_categories", "products")
    _for_every_store("products", force=False)
    op.execute(
        """DELETE FROM products p USING products n WHERE n.store_id = p.store_id AND n.id = p.id
           AND (n.updated_at, n.seen_at, n.digest) > (p.updated_at, p.seen_at, p.digest)"""
    )
    _for_every_store("products", force=True)
    op.drop_constraint("pk_products", "products", type_="primary")
    op.create_primary_key("pk_products", "products", ["store_id", "id"])
    op.drop_column("products", "categories")
    op.drop_column("products", "variants")


def _for_every_store(*tables: str, force: bool) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} {'' if force else 'NO '}FORCE ROW LEVEL SECURITY")
