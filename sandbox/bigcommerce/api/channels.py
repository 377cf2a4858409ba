"""V3 channels: the store's storefronts."""

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api.answers import data, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered


@api.get("/v3/channels")
def channels() -> Response:
    """The store's storefronts."""
    at = moments.zulu(the_store().created_at)
    found = [
        {
            "id": number,
            "name": the_store().details.name if number == 1 else f"{the_store().details.name} {number}",
            "type": "storefront",
            "platform": "bigcommerce",
            "status": "active",
            "is_enabled": True,
            "is_visible": True,
            "external_id": "",
            "icon_url": "",
            "date_created": at,
            "date_modified": at,
        }
        for number in range(1, the_store().details.channels + 1)
    ]
    rows, meta = numbered(found)
    return data(rows, meta)
