"""What the pages allow a browser."""

import pytest
import requests

from tests.sandbox.conftest import NewShop
from tests.sandbox.keeper import Keeper


@pytest.mark.parametrize("path", ["/admin/store/{handle}", "/admin/store/{handle}/app", "/window/{domain}"])
def test_a_page_allows_no_foreign_or_inline_script(shop: Keeper, path: str) -> None:
    handle = shop.shop.removesuffix(".myshopify.com")

    answer = requests.get(shop.base + path.format(handle=handle, domain=shop.shop), timeout=10)

    policy = answer.headers["Content-Security-Policy"]
    assert answer.ok
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert " on" + "click=" not in answer.text


def test_opening_the_admin_installs_the_app(new_shop: NewShop) -> None:
    shop = new_shop(installed=False)

    assert requests.get(f"{shop.base}/admin/store/{shop.shop.partition('.')[0]}", timeout=10).ok

    assert shop.control("GET")["installed"]


def test_a_page_of_no_shop_is_not_found(base: str) -> None:
    assert requests.get(f"{base}/admin/store/nobody", timeout=10).status_code == 404


@pytest.mark.parametrize("name", ["app-bridge.js", "polaris.js"])
def test_the_stand_ins_can_be_loaded_from_elsewhere(base: str, name: str) -> None:
    answer = requests.get(f"{base}/{name}", timeout=10)

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
