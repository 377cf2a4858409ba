"""V3 shopper profiles: what a customer is called where segments are concerned."""

import uuid

from flask import Response

from sandbox import moments
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, nothing, said_list, the_store
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.api.segments import AT_ONCE, offered, profile_shown, shown
from sandbox.bigcommerce.store.extras import Profile


@api.get("/v3/shopper-profiles")
def profiles() -> Response:
    """Shopper profiles."""
    offered()
    with the_store().lock:
        rows, meta = numbered(list(the_store().profiles.values()), links=False)
        return data([profile_shown(each) for each in rows], meta)


@api.post("/v3/shopper-profiles")
def create_profiles() -> Response:
    """One for each of these customers, who had none."""
    offered()
    store, said = the_store(), said_list(AT_ONCE)
    with store.lock:
        wanted = [store.customers.get(each.get("customer_id", 0)) for each in said]
        if any(each is None or each.profile_id for each in wanted):
            raise Refused(400, "Bad Request", {"customer_id": "unknown, or has a shopper profile"})
        made = []
        for each in filter(None, wanted):
            at = moments.now()
            profile = Profile(str(uuid.uuid4()), each.id, at, at)
            store.profiles[profile.id] = profile
            each.profile_id = profile.id
            made.append(profile_shown(profile))
        return data(made, status=201)


@api.delete("/v3/shopper-profiles")
def delete_profiles() -> Response:
    """These profiles are gone; all of them, when none is named."""
    offered()
    store, ids = the_store(), asking.texts("id:in")
    with store.lock:
        for number in [each for each in store.profiles if ids is None or each in ids]:
            profile = store.profiles.pop(number)
            if owner := store.customers.get(profile.customer_id):
                owner.profile_id = None
            for segment in store.segments.values():
                segment.members.discard(number)
    return nothing()


@api.get("/v3/shopper-profiles/<profile>/segments")
def segments_of(profile: str) -> Response:
    """The segments a profile is in."""
    offered()
    with the_store().lock:
        if profile not in the_store().profiles:
            raise Refused(404, "Shopper profile does not exist.")
        rows, meta = numbered([each for each in the_store().segments.values() if profile in each.members], links=False)
        return data([shown(each) for each in rows], meta)
