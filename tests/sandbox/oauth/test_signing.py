"""What the sandbox signs is what the platform would sign: checked against vectors its own library accepts."""

from urllib.parse import parse_qsl, urlsplit

from sandbox.config import Config
from sandbox.oauth.signing import app_address, query_signature, shop_of_id_token, webhook_signature
from sandbox.store.shop import Profile, Shop

SECRET = "test_client_secret"
CONFIG = Config("http://app.test", "test_client_id", SECRET * 2, "http://sandbox.test")
SHOP = Shop(Profile("segment-dev.myshopify.com", "Segments"), 1)


def test_a_webhook_is_signed_over_its_bytes() -> None:
    body = '{"id":5250000000000000123,"email":"zoë@example.com","note":"a/b \\u003c"}'.encode()

    assert webhook_signature(SECRET, body) == "JSpVQ/Bq1HM9WTajCH1HNkBtvDJLs4DCBo8NGYy5Dyo="


def test_a_query_is_signed_sorted_and_encoded() -> None:
    query = {
        "timestamp": "1790000000",
        "shop": "segment-dev.myshopify.com",
        "locale": "en",
        "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvc2VnbWVudC1kZXY=",
        "embedded": "1",
    }

    assert query_signature(SECRET, query) == "90296ce7cc131f72b9b85a9139a12738813c8d24dc8744b1bd9b94ee7c295ef0"


def test_the_address_of_a_page_carries_a_fresh_token_and_is_signed_whole() -> None:
    parts = urlsplit(app_address(CONFIG, SHOP, path="/shopify/segments?page=2"))
    query = dict(parse_qsl(parts.query))
    signature = query.pop("hmac")

    assert (parts.netloc, parts.path, query["page"]) == ("app.test", "/shopify/segments", "2")
    assert shop_of_id_token(CONFIG, query["id_token"]) == "segment-dev.myshopify.com"
    assert signature == query_signature(CONFIG.client_secret, query)


def test_an_address_never_leaves_the_app() -> None:
    assert app_address(CONFIG, SHOP, path="//evil.test/x").startswith("http://app.test/")
    assert app_address(CONFIG, SHOP, path="https://evil.test/x").startswith("http://app.test/")
