"""The yardstick: a Flask view that verifies a webhook's signature and does nothing else."""

import hashlib
import hmac
from base64 import b64encode

from flask import Flask, request

from benchmarks.webhooks import SECRET

app = Flask(__name__)


@app.post("/webhooks/shopify")
def webhook() -> tuple[str, int]:
    """200 for a genuine body, 401 for another."""
    made = b64encode(hmac.digest(SECRET.encode(), request.get_data(cache=False), hashlib.sha256)).decode()
    genuine = hmac.compare_digest(made, request.headers.get("X-Shopify-Hmac-Sha256", ""))
    return ("", 200) if genuine else ("", 401)
