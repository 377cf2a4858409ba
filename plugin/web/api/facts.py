"""Facts that the merchant's other tools know: surveys, messages opened, predictions."""

import json
from decimal import Decimal
from typing import Any

from flask import request

from plugin.flow.give import Given, give
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("facts", __name__, url_prefix="/api/facts", description="What the store's platform does not know")


@routes.post("")
@routes.asks(schemas.FactsRequest)
@routes.answers(202, schemas.FactsGiven)
def given(told: dict[str, Any]) -> Given:
    """Everything told of these customers, or nothing of it, will be known within seconds.

    Each customer is one of a store file (docs/store-file.md) with the keys that the platform does not know.
    """
    exact = json.loads(request.get_data(), parse_float=Decimal)  # As ``told``, but 0.1 is 0.1.
    return give(house(), store_id(), exact)
