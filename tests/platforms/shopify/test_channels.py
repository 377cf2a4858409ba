"""Where an order was bought, from Shopify's words."""

import pytest

from plugin.domain.channels import SalesChannel
from plugin.platforms.shopify.channels import bought


@pytest.mark.parametrize(
    ("source", "channel"),
    [
        ("web", "web"),
        ("580111", "web"),
        ("POS", "pos"),
        ("iphone", "mobile"),
        ("mobile_app", "mobile"),
        ("shopify_draft_order", "draft"),
        ("subscription_contract", "subscription"),
        ("channel:amazon-us", "marketplace"),
        ("tiktok_shop", "social"),
        ("youtube", "social"),
        ("import", "import"),
        ("1234567", "other"),
        ("my till", "other"),
    ],
)
def test_a_source_is_one_of_our_words(source: str, channel: str) -> None:
    assert bought(source, None, "7").channel is SalesChannel(channel)


def test_a_source_without_a_word_is_missing() -> None:
    assert bought(None, "Shop", "7") == (None, "Shop", "7")
    assert bought(" ", None, None) == (None, None, None)


def test_what_our_words_do_not_say_stands_as_the_app() -> None:
    assert bought("channel:amazon-us", None, None) == ("marketplace", "channel:amazon-us", None)
    assert bought("My Till", None, None) == ("other", "My Till", None)
    assert bought("1234567", None, None) == ("other", None, "1234567")


def test_an_app_that_is_known_by_itself_stays() -> None:
    assert bought("My Till", "Tills & Co", "7") == ("other", "Tills & Co", "7")
    assert bought("My Till", None, "7") == ("other", None, "7")
