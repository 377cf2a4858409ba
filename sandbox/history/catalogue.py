"""The goods of a shop for people who run, hike and swim: thirty products in eight types."""

from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.store.product import Product
from sandbox.store.shop import Shop

GOODS: tuple[tuple[str, str, str, str, str], ...] = (
    ("Trail Shoe Fjell", "Shoes", "Nordvik", "129.00", "running, trail, bestseller"),
    ("Road Shoe Tempo", "Shoes", "Nordvik", "139.00", "running, road"),
    ("Race Flat Sprint", "Shoes", "Nordvik", "159.00", "running, race"),
    ("Hiking Boot Alm", "Shoes", "Bergwerk", "189.00", "hiking, leather"),
    ("Beach Sandal", "Shoes", "Lagune", "39.00", "swim, summer"),
    ("Running Tee Light", "Shirts", "Nordvik", "39.00", "running, summer, bestseller"),
    ("Merino Long Sleeve", "Shirts", "Schafwerk", "79.00", "hiking, merino, winter"),
    ("Merino Tee", "Shirts", "Schafwerk", "59.00", "hiking, merino"),
    ("Club Singlet", "Shirts", "Nordvik", "34.00", "running, race"),
    ("Rain Shell Regen", "Jackets", "Bergwerk", "199.00", "hiking, rain, bestseller"),
    ("Wind Jacket", "Jackets", "Nordvik", "99.00", "running, wind"),
    ("Down Vest", "Jackets", "Bergwerk", "149.00", "winter, hiking"),
    ("Fleece Half Zip", "Jackets", "Schafwerk", "89.00", "winter"),
    ("Split Shorts", "Trousers", "Nordvik", "45.00", "running, summer"),
    ("Winter Tights", "Trousers", "Nordvik", "69.00", "running, winter"),
    ("Trekking Trousers", "Trousers", "Bergwerk", "109.00", "hiking"),
    ("Swim Briefs", "Swimwear", "Lagune", "29.00", "swim"),
    ("Swimsuit Lap", "Swimwear", "Lagune", "49.00", "swim, bestseller"),
    ("Goggles Clear", "Swimwear", "Lagune", "19.00", "swim"),
    ("Silicone Cap", "Swimwear", "Lagune", "9.00", "swim"),
    ("Running Socks, 3 pairs", "Accessories", "Nordvik", "24.00", "running, bestseller"),
    ("Merino Socks", "Accessories", "Schafwerk", "18.00", "hiking, merino"),
    ("Head Lamp", "Accessories", "Lumo", "49.00", "running, winter"),
    ("Trail Cap", "Accessories", "Nordvik", "25.00", "running, trail, summer"),
    ("Beanie", "Accessories", "Schafwerk", "29.00", "winter, merino"),
    ("Soft Flask 500", "Equipment", "Quell", "19.50", "running, trail"),
    ("Vest Pack 8 l", "Equipment", "Bergwerk", "119.00", "running, trail"),
    ("Trekking Poles", "Equipment", "Bergwerk", "89.90", "hiking"),
    ("Energy Gel, box of 12", "Nutrition", "Quell", "26.40", "running, race, consumable"),
    ("Oat Bar, box of 16", "Nutrition", "Quell", "31.20", "hiking, consumable"),
    ("Gift Card 50", "Gift Cards", "House", "50.00", "gift"),
)
COLOURS = ("pine", "sky", "rust", "sand", "slate", "moss", "plum", "sea")


def stock(shop: Shop, at: datetime) -> list[Product]:
    """The shop has these goods since ``at``."""
    made = []
    for index, (title, kind, vendor, price, tags) in enumerate(GOODS):
        made.append(
            Product(
                id=shop.numbers.next("Product"),
                variant_id=shop.numbers.next("ProductVariant"),
                title=title,
                product_type=kind,
                vendor=vendor,
                sku=f"{vendor[:3].upper()}-{index + 101}",
                price=Decimal(price),
                tags=tuple(tags.split(", ")),
                created_at=at,
                updated_at=at + timedelta(days=index),
                colour=COLOURS[index % len(COLOURS)],
                is_gift_card=kind == "Gift Cards",
            )
        )
    shop.products.update({product.id: product for product in made})
    return made
