"""Signatures that Shopify's own libraries accept, fixed; made for an app of this id and secret."""

from collections.abc import Iterator
from datetime import UTC, datetime

CLIENT_ID = "test_client_id"
SECRET = "test_client_secret"
AT = 1790000010
NOW = datetime.fromtimestamp(AT, UTC)
"""The moment at which they are good."""
SHOP = "segment-dev.myshopify.com"

BODY = '{"id":5250000000000000123,"email":"zoë@example.com","note":"a/b \\u003c"}'
BODY_SIGNATURE = "JSpVQ/Bq1HM9WTajCH1HNkBtvDJLs4DCBo8NGYy5Dyo="
QUERY = (
    "embedded=1&host=YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvc2VnbWVudC1kZXY%3D&locale=en"
    "&shop=segment-dev.myshopify.com&timestamp=1790000000"
    "&hmac=90296ce7cc131f72b9b85a9139a12738813c8d24dc8744b1bd9b94ee7c295ef0"
)
PROXY = (
    "extra=1&extra=2&logged_in_customer_id=&path_prefix=%2Fapps%2Fseg&shop=segment-dev.myshopify.com"
    "&timestamp=1790000000&signature=0109a85b43b89d136c92ab3db232b68ba1b7628e82105b220b1c30edfe4dd4cb"
)
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL3NlZ21lbnQtZGV2Lm15c2hvcGlmeS5jb20vYWRtaW4iLCJkZXN0"
    "IjoiaHR0cHM6Ly9zZWdtZW50LWRldi5teXNob3BpZnkuY29tIiwiYXVkIjoidGVzdF9jbGllbnRfaWQiLCJzdWIiOiI0MiIsImV4cCI6MTc5M"
    "DAwMDA2MCwibmJmIjoxNzkwMDAwMDAwLCJpYXQiOjE3OTAwMDAwMDAsImp0aSI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMD"
    "AwMSIsInNpZCI6InMxIn0.QymiXOJJepku_uin8uq_1-X3lkhlKazJagKNdxzURvg"
)


def altered(text: str) -> Iterator[str]:
    """The text with one character changed: each in turn, into a letter and into a digit."""
    for at, letter in enumerate(text):
        for other in ("A" if letter != "A" else "B", "7" if letter != "7" else "8"):
            yield text[:at] + other + text[at + 1 :]
