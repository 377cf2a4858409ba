"""V2 customer groups, settings, and what hangs on a group."""

from tests.sandbox.bigcommerce.clerk import Clerk
from tests.sandbox.bigcommerce.conftest import NewStore

GROUPS = "/v2/customer_groups"


def test_a_group_is_made_renamed_and_deleted(store: Clerk) -> None:
    made = store.ask("POST", GROUPS, {"name": "Gold", "category_access": {"type": "all"}})
    store.ask("PUT", "/v3/customers", [{"id": 3, "customer_group_id": made["id"]}])

    renamed = store.ask("PUT", f"{GROUPS}/{made['id']}", {"name": "Golden"})
    store.ask("DELETE", f"{GROUPS}/{made['id']}", status=204)

    assert (renamed["name"], renamed["discount_rules"]) == ("Golden", [])
    assert store.get("/v3/customers", **{"id:in": 3})["data"][0]["customer_group_id"] == 0
    store.get(f"{GROUPS}/{made['id']}", status=404)


def test_rules_that_are_sent_replace_all_there_were(store: Clerk) -> None:
    rules = [{"type": "category", "method": "percent", "amount": "5.0000", "category_id": 18}]
    group = store.control("POST", "/groups", {"name": "Club", "discount_rules": rules})

    kept = store.ask("PUT", f"{GROUPS}/{group['id']}", {"name": "The club"})
    lost = store.ask("PUT", f"{GROUPS}/{group['id']}", {"discount_rules": []})

    assert kept["discount_rules"] == rules
    assert lost["discount_rules"] == []


def test_groups_are_found_by_name_and_counted(store: Clerk) -> None:
    names = [group["name"] for group in store.get(GROUPS)]

    assert names == ["Wholesale", "VIP", "Staff"]
    assert [group["name"] for group in store.get(GROUPS, name="VIP")] == ["VIP"]
    assert store.get(GROUPS, status=204, name="Nobody") is None
    assert store.get(f"{GROUPS}/count") == {"count": 3}
    (refused,) = store.ask("POST", GROUPS, {"name": "VIP"}, status=409)
    assert refused["status"] == 409


def test_small_plans_have_no_groups(new_store: NewStore) -> None:
    small = new_store(plan="standard")

    assert small.get(GROUPS, status=403)[0]["status"] == 403


def test_settings_say_whose_group_is_whose(store: Clerk) -> None:
    everybody = store.control("POST", "/groups", {"name": "Everybody", "default": True})
    guests = store.control("POST", "/groups", {"name": "Guests", "guests": True})

    settings = store.get("/v3/customers/settings")["data"]["customer_group_settings"]
    channel = store.get("/v3/customers/settings/channels/1")["data"]["customer_group_settings"]

    assert settings == {"default_customer_group_id": everybody["id"], "guest_customer_group_id": guests["id"]}
    assert channel == {"default_customer_group_id": None, "guest_customer_group_id": None}


def test_what_prices_a_group_can_be_found(store: Clerk) -> None:
    vip = store.get(GROUPS, name="VIP")[0]["id"]
    store.control("PATCH", f"/groups/{vip}", {"price_list": "Better prices"})
    store.control("POST", "/promotions", {"name": "For VIPs", "group_ids": [vip]})

    assigned = store.get("/v3/pricelists/assignments", **{"customer_group_id:in": vip})["data"]
    promotions = store.get("/v3/promotions")["data"]

    assert [row["customer_group_id"] for row in assigned] == [vip]
    assert [row["name"] for row in store.get("/v3/pricelists")["data"]] == ["Wholesale prices", "Better prices"]
    assert promotions[0]["customer"]["group_ids"] == [vip]
