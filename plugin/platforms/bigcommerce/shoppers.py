"""Who is in BigCommerce's own segments: customers go by the name of shopper profiles there (README §10)."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from plugin.domain.errors import PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import RollLost, WriteResult
from plugin.platforms.bigcommerce import gather
from plugin.platforms.bigcommerce.batches import behind, in_batches, was_sent
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.native import SEGMENTS

AT_ONCE = 50
"""Shopper profiles in one call."""
CONFLICT = 409
PROFILES = "/shopper-profiles"
INCLUDED = "shopper_profile_id,segment_ids"


class Shopper(NamedTuple):
    """A customer as segments know them."""

    profile: str | None
    """None: has none yet, and is in no segment."""
    segments: frozenset[str]


class Change(NamedTuple):
    """A customer is to be in the segment, or not."""

    customer_id: CustomerId
    inside: bool


def look(client: Client, ids: Collection[CustomerId]) -> dict[int, Shopper]:
    """How these customers stand now, of those that the store knows."""
    found: dict[int, Shopper] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), gather.AT_ONCE):
        some = wanted[start : start + gather.AT_ONCE]
        for row in client.rows(Api.V3, "/customers", {"id:in": some, "include": INCLUDED}):
            found[row["id"]] = Shopper(row.get("shopper_profile_id") or None, frozenset(row.get("segment_ids") or ()))
    return found


def write(client: Client, segment: str, wanted: Mapping[CustomerId, str | None]) -> list[WriteResult]:
    """Each customer is in the segment; of whom nothing is wanted is not. Results as of ``in_batches``.

    How they stand is read right before; who has no shopper profile gets one. Raises RollLost.
    """
    changes = [Change(customer_id, said is not None) for customer_id, said in wanted.items()]
    return in_batches(changes, AT_ONCE, lambda batch: _write(client, segment, batch), _failed)


def _write(client: Client, segment: str, batch: Sequence[Change]) -> list[WriteResult]:
    there = look(client, [each.customer_id for each in batch])
    known = [each for each in batch if each.customer_id in there]
    joining = [each.customer_id for each in known if each.inside and segment not in there[each.customer_id].segments]
    going = [there[each.customer_id] for each in known if not each.inside]
    leaving = [each.profile for each in going if each.profile and segment in each.segments]
    if joining:
        _add(client, segment, joining, there)
    if leaving:
        with behind(joining):
            _remove(client, segment, leaving)
    return [_said(each, each.customer_id in there) for each in batch]


def _said(change: Change, known: bool) -> WriteResult:
    """Who is gone is in no segment."""
    if change.inside and not known:
        return WriteResult(change.customer_id, ok=False, gone=True, error="no such customer")
    return WriteResult(change.customer_id, ok=True)


def _add(client: Client, segment: str, joining: Sequence[CustomerId], there: Mapping[int, Shopper]) -> None:
    """These are in the segment. One who is in it already has the whole call refused (409): the others go again."""
    profiles = _profiles(client, joining, there)
    try:
        _post(client, segment, [profiles[each] for each in joining])
    except PlatformRefused:
        with behind(joining):  # Nobody promises that a refused call did nothing.
            now = look(client, joining)
            left = [each for each in joining if each in now and segment not in now[each].segments]
            if len(left) == len(joining):
                raise
            if left:
                _post(client, segment, [profiles[each] for each in left])


def _profiles(client: Client, ids: Sequence[CustomerId], there: Mapping[int, Shopper]) -> dict[int, str]:
    """Their shopper profiles; who has none gets one."""
    found = {each: profile for each in ids if (profile := there[each].profile)}
    lacking = [each for each in ids if each not in found]
    if lacking:
        body = [{"customer_id": each} for each in lacking]
        told = client.run(Call("POST", Api.V3, PROFILES, body=body))
        found |= {row["customer_id"]: row["id"] for row in told["data"]}
    return {int(each): profile for each, profile in found.items()}


def _post(client: Client, segment: str, profiles: Sequence[str]) -> None:
    call = Call("POST", Api.V3, f"{SEGMENTS}/{segment}{PROFILES}", body=list(profiles))
    if client.run(call, none_for=(404,)) is None:
        raise RollLost("the segment was deleted", segment=segment)


def _remove(client: Client, segment: str, profiles: Sequence[str]) -> None:
    """These are not in the segment; of one that is not there nobody is. Without profiles all would be removed."""
    call = Call("DELETE", Api.V3, f"{SEGMENTS}/{segment}{PROFILES}", {"id:in": tuple(profiles)})
    client.run(call, none_for=(404,))


def _failed(change: Change, error: PlatformError) -> WriteResult:
    """A single one that conflicts is in it already, whatever was read of it."""
    there = change.inside and error.particulars.get("status") == CONFLICT
    return WriteResult(change.customer_id, ok=there, error=None if there else error.message, unsure=was_sent(error))
