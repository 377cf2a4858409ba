"""The bytes and headers of a delivery."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from datetime import datetime
from typing import Any

from sandbox.bigcommerce import forms
from sandbox.bigcommerce.store.hook import Hook
from sandbox.bigcommerce.store.store import Store


def body(store: Store, scope: str, data: dict[str, Any], at: datetime) -> bytes:
    """The envelope. Its ``hash`` is no signature: two equal events of one second have the same."""
    faults = store.faults.webhooks
    said: dict[str, Any] = {
        "scope": scope,
        "store_id": store.number if faults.numeric_store_id else str(store.number),
        "data": data,
        "hash": "",
        "created_at": forms.seconds(at),
        "producer": faults.producer or f"stores/{store.hash}",
    }
    said["hash"] = hashlib.sha1(json.dumps(said, sort_keys=True).encode()).hexdigest()  # noqa: S324 (as there)
    return json.dumps(said, separators=(",", ":")).encode()


def headers(store: Store, hook: Hook, raw: bytes, secret: str) -> dict[str, str]:
    """What goes with it: the hook's own headers, and a signature where the store's faults ask for one."""
    faults = store.faults.webhooks
    made = {"Content-Type": "application/json", "User-Agent": "akka-http/10.0.10"}
    if hook.headers and not faults.without_headers:
        made.update(hook.headers)
    if faults.signed or faults.signing_secret:
        made.update(signature(faults.signing_secret or secret, raw))
    return made


def signature(secret: str, raw: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks; the key is the client secret as it is."""
    unique, at = f"msg_{secrets.token_hex(12)}", str(int(time.time()))
    signed = hmac.digest(secret.encode(), f"{unique}.{at}.".encode() + raw, "sha256")
    return {
        "webhook-id": unique,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
