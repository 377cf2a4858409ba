"""Writing what the attributes of segments say, ten customers a call (README §8)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from plugin.domain.errors import PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import WriteResult
from plugin.platforms.bigcommerce import gather
from plugin.platforms.bigcommerce.batches import behind, in_batches, was_sent
from plugin.platforms.bigcommerce.client import Api, Call, Client, Query
from plugin.platforms.bigcommerce.marks import VALUES, Mark, resolve

AT_ONCE = 10
"""Customers in one call: BigCommerce takes no more (413)."""


class Written(NamedTuple):
    """What came of a write: the customers' results, and the ids that the attributes have now, by their names."""

    results: list[WriteResult]
    ids: Mapping[str, int]


Values = Mapping[str, str | None]
"""What a customer's attributes are to say, by their names; None: nothing."""


def write(client: Client, marks: Sequence[Mark], wanted: Mapping[CustomerId, Values]) -> Written:
    """Each customer's attributes say what they are to say; results as of ``in_batches``.

    Each attribute was made before and its ``known`` id kept: one of unknown origin with values would be taken for the
    merchant's. Where it was deleted it is made again; where it can't be, the customers it is about are refused with
    the reason, after all else was written to them.
    """
    if any(mark.known is None for mark in marks):
        raise ValueError("make the attribute first, and keep its id")
    needed = {name for values in wanted.values() for name, said in values.items() if said is not None}
    ids, reasons = resolve(client, marks, needed)

    def put(batch: Sequence[CustomerId]) -> list[WriteResult]:
        try:
            _write(client, _by_id(batch, wanted, ids))
        except PlatformRefused:
            known = [mark._replace(known=ids.get(mark.name, mark.known)) for mark in marks]
            again, why = resolve(client, known, needed)
            if again == ids:
                raise
            ids.clear()
            ids.update(again)
            reasons.update(why)
            _write(client, _by_id(batch, wanted, ids))
        return [_said(each, [reasons[name] for name in wanted[each] if name in reasons]) for each in batch]

    return Written(in_batches(list(wanted), AT_ONCE, put, lambda each, error: _failed(client, each, error)), ids)


def _by_id(
    batch: Sequence[CustomerId], wanted: Mapping[CustomerId, Values], ids: Mapping[str, int]
) -> dict[CustomerId, dict[int, str | None]]:
    return {each: {ids[name]: said for name, said in wanted[each].items() if name in ids} for each in batch}


def _write(client: Client, wanted: Mapping[CustomerId, Mapping[int, str | None]]) -> None:
    """All of these say so. What says so already is not written; what is to say nothing is deleted by its own id."""
    attributes = sorted({attribute for values in wanted.values() for attribute in values})
    if not attributes:
        return
    query: Query = {"attribute_id:in": attributes, "customer_id:in": tuple(wanted)}
    there = {(row["customer_id"], row["attribute_id"]): row for row in client.rows(Api.V3, VALUES, query)}
    setting, emptying = [], []
    for customer, values in wanted.items():
        for attribute, value in values.items():
            row = there.get((customer, attribute))
            if value is None:
                emptying += [] if row is None else [row["id"]]
            elif row is None or not _is(row["attribute_value"], value):
                setting.append({"attribute_id": attribute, "customer_id": customer, "value": value})
    if setting:
        client.run(Call("PUT", Api.V3, VALUES, body=setting))
    if emptying:
        with behind(setting):
            client.delete(Api.V3, VALUES, emptying)


def _is(there: str, value: str) -> bool:
    """Whether it says this; a day may come back with a time of day."""
    return there == value or there.partition("T")[0] == value


def _said(customer_id: CustomerId, reasons: Sequence[str]) -> WriteResult:
    return WriteResult(customer_id, ok=not reasons, error=" ".join(reasons) or None)


def _failed(client: Client, customer_id: CustomerId, error: PlatformError) -> WriteResult:
    gone = not was_sent(error) and _is_gone(client, customer_id)
    return WriteResult(customer_id, ok=False, gone=gone, error=error.message, unsure=was_sent(error))


def _is_gone(client: Client, customer_id: CustomerId) -> bool:
    try:
        return not gather.by_ids(client, "/customers", "id:in", [customer_id])
    except PlatformError:  # What was done before is not to be lost for this.
        return False
