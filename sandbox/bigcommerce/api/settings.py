"""V3 settings: which group is whose by default."""

from typing import Any

from flask import Response

from sandbox.bigcommerce.api.answers import Refused, data, the_store
from sandbox.bigcommerce.api.gate import api


@api.get("/v3/customers/settings")
def settings() -> Response:
    """Of the whole store."""
    store = the_store()
    groups = {
        "guest_customer_group_id": store.guest_group_id or 0,
        "default_customer_group_id": store.default_group_id or 0,
    }
    return data({"privacy_settings": _privacy(), "customer_group_settings": groups})


@api.get("/v3/customers/settings/channels/<int:channel>")
def channel_settings(channel: int) -> Response:
    """Of one channel, which takes what is not said from the store."""
    if not 1 <= channel <= the_store().details.channels:
        raise Refused(404, "The channel does not exist.")
    inherited = {"guest_customer_group_id": None, "default_customer_group_id": None}
    return data({"privacy_settings": _privacy(), "customer_group_settings": inherited, "allow_global_logins": True})


def _privacy() -> dict[str, Any]:
    return {"ask_shopper_for_tracking_consent": False, "policy_url": ""}
