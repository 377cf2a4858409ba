"""Writing what the attribute of a segment says, ten customers a call (README §8)."""

from collections.abc import Mapping, Sequence

from plugin.domain.errors import PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import RollLost, WriteResult
from plugin.platforms.bigcommerce import gather
from plugin.platforms.bigcommerce.batches import behind, in_batches, was_sent
from plugin.platforms.bigcommerce.client import Api, Call, Client, Query
from plugin.platforms.bigcommerce.labels import LONGEST
from plugin.platforms.bigcommerce.marks import VALUES, is_there

AT_ONCE = 10
"""Customers in one call: BigCommerce takes no more (413)."""
TOO_LONG = f"A customer attribute holds {LONGEST} characters, and this has more."

Wanted = Mapping[CustomerId, str | None]
"""What the attribute is to say of each customer; None: nothing."""


def write(client: Client, remote_id: str, wanted: Wanted) -> list[WriteResult]:
    """The attribute says this of each customer; results as of ``in_batches``.

    What says so already is not written, and what stands there otherwise gives way. Raises RollLost where somebody
    deleted the attribute: it is not made again, for that would take one of fifty against their will.
    """

    def put(batch: Sequence[CustomerId]) -> list[WriteResult]:
        fitting = {each: wanted[each] for each in batch if len(wanted[each] or "") <= LONGEST}
        try:
            _write(client, int(remote_id), fitting)
        except PlatformRefused as error:
            if is_there(client, remote_id):
                raise
            raise RollLost("the attribute was deleted", attribute=remote_id) from error
        return [_said(each, each in fitting) for each in batch]

    return in_batches(list(wanted), AT_ONCE, put, lambda each, error: _failed(client, each, error))


def _write(client: Client, attribute: int, wanted: Wanted) -> None:
    """What is to say nothing is deleted by its own id."""
    if not wanted:
        return
    query: Query = {"attribute_id:in": (attribute,), "customer_id:in": tuple(wanted)}
    there = {row["customer_id"]: row for row in client.rows(Api.V3, VALUES, query)}
    setting, emptying = [], []
    for customer, value in wanted.items():
        row = there.get(customer)
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


def _said(customer_id: CustomerId, fits: bool) -> WriteResult:
    return WriteResult(customer_id, ok=fits, error=None if fits else TOO_LONG)


def _failed(client: Client, customer_id: CustomerId, error: PlatformError) -> WriteResult:
    gone = not was_sent(error) and _is_gone(client, customer_id)
    return WriteResult(customer_id, ok=False, gone=gone, error=error.message, unsure=was_sent(error))


def _is_gone(client: Client, customer_id: CustomerId) -> bool:
    try:
        return not gather.by_ids(client, "/customers", "id:in", [customer_id])
    except PlatformError:  # What was done before is not to be lost for this.
        return False
