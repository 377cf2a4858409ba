"""Reading customers and orders over HTTP."""

from decimal import Decimal
from typing import Any

from tests.sandbox.conftest import NewShop
from tests.sandbox.keeper import Keeper

NOBODY = "gid://shopify/Customer/1"


def test_the_shop_and_the_granted_scopes_are_told(new_shop: NewShop) -> None:
    shop = new_shop(name="Sunny Socks", timezone="America/New_York", currency="USD", plan="plus")

    data = shop.graphql("""{ shop { id name myshopifyDomain ianaTimezone currencyCode taxesIncluded
      plan { shopifyPlus } } currentAppInstallation { accessScopes { handle } } }""")

    assert data["shop"] == {
        "id": data["shop"]["id"],
        "name": "Sunny Socks",
        "myshopifyDomain": shop.shop,
        "ianaTimezone": "America/New_York",
        "currencyCode": "USD",
        "taxesIncluded": False,
        "plan": {"shopifyPlus": True},
    }
    assert {"handle": "write_customers"} in data["currentAppInstallation"]["accessScopes"]


def test_customers_are_read_by_id_with_their_numbers(shop: Keeper) -> None:
    who = shop.customer(
        email="ada@example.com",
        email_consent="subscribed",
        country_code="GB",
        province_code="ENG",
        city="London",
        tags=["a"],
    )
    order = shop.order(who, quantity=2, discount_code="TEN")
    line = shop.control("GET", f"/orders/{order['id']}")["lines"][0]
    shop.control("POST", f"/orders/{order['id']}/refund", {"lines": [{"line_id": line["id"], "quantity": 1}]})

    data = shop.graphql(
        """query N($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { id legacyResourceId tags state numberOfOrders
          amountSpent { amount currencyCode } lastOrder { id }
          defaultEmailAddress { emailAddress marketingState marketingOptInLevel marketingUpdatedAt }
          defaultAddress { countryCodeV2 provinceCode city } addressesV2(first: 5) { nodes { city } } } } }""",
        ids=[who["gid"], NOBODY],
    )

    found, nobody = data["nodes"]
    assert nobody is None
    assert found["legacyResourceId"] == str(who["id"])
    assert found["numberOfOrders"] == "1"
    assert Decimal(found["amountSpent"]["amount"]) == Decimal(order["total"]) / 2
    assert found["lastOrder"]["id"] == order["gid"]
    assert found["defaultEmailAddress"]["marketingState"] == "SUBSCRIBED"
    assert found["defaultEmailAddress"]["marketingUpdatedAt"].endswith("Z")
    assert found["defaultAddress"] == {"countryCodeV2": "GB", "provinceCode": "ENG", "city": "London"}


def test_an_order_is_read_with_lines_refunds_and_payments(shop: Keeper) -> None:
    order = shop.order(shop.customer(), quantity=2, discount_code="TEN")
    shop.control("POST", f"/orders/{order['id']}/refund", {"amount": "5.00"})
    shop.control("POST", f"/orders/{order['id']}/refund", {})
    money = "{ shopMoney { amount currencyCode } }"

    found = shop.graphql(
        f"""query O($id: ID!) {{ order(id: $id) {{ id displayFinancialStatus discountCodes totalPriceSet {money}
          totalRefundedSet {money} currentTotalPriceSet {money}
          lineItems(first: 9) {{ nodes {{ quantity currentQuantity discountedTotalSet {money}
            whole: discountedTotalSet(withCodeDiscounts: true) {money}
            discountAllocations {{ allocatedAmountSet {money} }} product {{ id productType tags }} }} }}
          refunds {{ id totalRefundedSet {money} refundLineItems(first: 9) {{ nodes {{ quantity lineItem {{ id }}
            subtotalSet {money} totalTaxSet {money} }} }}
            transactions(first: 9) {{ nodes {{ kind amountSet {money} }} }} }}
          transactions {{ kind status amountSet {money} }} }} }}""",
        id=order["gid"],
    )["order"]

    def amount(bag: dict[str, Any]) -> Decimal:
        return Decimal(bag["shopMoney"]["amount"])

    (line,) = found["lineItems"]["nodes"]
    assert found["displayFinancialStatus"] == "REFUNDED"
    assert found["discountCodes"] == ["TEN"]
    assert amount(found["totalRefundedSet"]) == amount(found["totalPriceSet"]) == Decimal("232.20")
    assert amount(found["currentTotalPriceSet"]) == 0
    assert (line["quantity"], line["currentQuantity"]) == (2, 0)
    assert amount(line["discountedTotalSet"]) == Decimal("258.00")
    assert amount(line["whole"]) == Decimal("232.20")
    assert amount(line["discountAllocations"][0]["allocatedAmountSet"]) == Decimal("25.80")
    assert line["product"]["productType"] == "Shoes"
    bare, rest = found["refunds"]
    assert bare["refundLineItems"]["nodes"] == []
    assert amount(bare["totalRefundedSet"]) == Decimal("5.00")
    assert amount(rest["refundLineItems"]["nodes"][0]["subtotalSet"]) == Decimal("232.20")
    assert amount(rest["transactions"]["nodes"][0]["amountSet"]) == Decimal("227.20")
    assert [moved["kind"] for moved in found["transactions"]] == ["SALE"]


def test_pages_follow_each_other_without_gap_or_overlap(shop: Keeper) -> None:
    query = """query P($after: String) { customers(first: 7, after: $after, sortKey: UPDATED_AT) {
      nodes { id updatedAt } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None
    while True:
        page = shop.graphql(query, after=after)["customers"]
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len({item["id"] for item in seen}) == len(seen) == 30
    assert [item["updatedAt"] for item in seen] == sorted(item["updatedAt"] for item in seen)


def test_a_query_filters_and_says_what_it_did_not_understand(shop: Keeper) -> None:
    who = shop.customer(tags=["needle"])

    answer = shop.raw('{ customers(first: 9, query: "tag:needle colour:red") { nodes { id } } }').json()

    assert [item["id"] for item in answer["data"]["customers"]["nodes"]] == [who["gid"]]
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "colour"


def test_a_search_field_can_be_forgotten(shop: Keeper) -> None:
    who = shop.customer(tags=["needle"])
    shop.control("PUT", "/faults", {"api": {"misread": ["tag"]}})

    answer = shop.raw('{ customers(first: 40, query: "tag:needle") { nodes { id } } }').json()

    assert {who["gid"]} < {item["id"] for item in answer["data"]["customers"]["nodes"]}
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "tag"


def test_without_the_scope_older_orders_do_not_exist(new_shop: NewShop) -> None:
    count = "{ ordersCount { count } }"
    all_of_it = new_shop().graphql(count)["ordersCount"]["count"]
    shop = new_shop(scopes=["read_customers", "read_orders"])

    lately = shop.graphql(count)["ordersCount"]["count"]
    oldest = shop.control("GET", "/orders")[0]

    assert 0 < lately < all_of_it
    assert shop.graphql("query O($id: ID!) { order(id: $id) { id } }", id=oldest["gid"])["order"] is None


def test_a_missing_scope_is_denied(new_shop: NewShop) -> None:
    shop = new_shop(scopes=["read_orders"])

    answer = shop.raw("{ customers(first: 1) { nodes { id } } }").json()

    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
