"""The neighbour's goods, with categories and brands of this store."""

from decimal import Decimal

from sandbox.bigcommerce.store.goods import Brand, Category, Product
from sandbox.bigcommerce.store.store import Store
from sandbox.store.product import Product as Told


def stock(store: Store, told: list[Told]) -> dict[int, Product]:
    """The store has these goods; by the neighbour's ids."""
    categories: dict[str, Category] = {}
    brands: dict[str, Brand] = {}
    made = {}
    for each in told:
        if each.product_type not in categories:
            categories[each.product_type] = Category(store.numbers.next("category"), each.product_type)
        if each.vendor not in brands:
            brands[each.vendor] = Brand(store.numbers.next("brand"), each.vendor)
        made[each.id] = Product(
            id=store.numbers.next("product"),
            variant_id=store.numbers.next("variant"),
            name=each.title,
            sku=each.sku,
            price=each.price,
            category_ids=[categories[each.product_type].id],
            brand_id=brands[each.vendor].id,
            created_at=each.created_at,
            updated_at=each.updated_at,
            kind="giftcertificate" if each.is_gift_card else "physical",
            retail_price=each.compare_at or Decimal(0),
            options=dict(each.options),
        )
    store.categories.update({each.id: each for each in categories.values()})
    store.brands.update({each.id: each for each in brands.values()})
    store.products.update({each.id: each for each in made.values()})
    return made
