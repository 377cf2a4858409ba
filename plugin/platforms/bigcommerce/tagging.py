"""Writing labels: entries of one customer attribute, ten customers a call, and reading them back (README §8)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from plugin.domain.errors import PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import TagDelta, WriteResult
from plugin.platforms.bigcommerce import gather, labels
from plugin.platforms.bigcommerce.client import PAGE, Api, Call, Client, Query
from plugin.platforms.http import CallFailed

AT_ONCE = 10
"""Customers in one call: BigCommerce takes no more (413)."""
READ_AT_ONCE = 50
MOST_TAGS = 128
"""Entries of one character that a value holds; how many there really is room for, its length says."""
VALUES = "/customers/attribute-values"


class Value(NamedTuple):
    """What stands in a customer's attribute."""

    id: int
    entries: tuple[str, ...]


class _Change(NamedTuple):
    """A customer's entries as they are to be; ``value``: the id of what stands there, if anything does."""

    delta: TagDelta
    entries: tuple[str, ...]
    value: int | None


def write_tags(client: Client, deltas: Sequence[TagDelta]) -> list[WriteResult]:
    """Results in the order of the deltas, up to the first call that met a trouble which is the store's.

    That trouble (throttled, token dead, store away) is raised only if nothing was done before it; the caller comes
    again with the rest. Customers of a call without an answer are ``unsure``, and the last. The attribute is made on
    first use, and found again by its name where it was deleted meanwhile. What has no room is refused, never cut.
    """
    results: list[WriteResult] = []
    try:
        attribute = labels.make(client)
        while batch := deltas[len(results) : len(results) + AT_ONCE]:
            present = _present(client, attribute, [delta.customer_id for delta in batch])
            try:
                done = _write(client, attribute, batch, present)
            except PlatformRefused:
                again = labels.make(client)
                moved, attribute = again != attribute, again
                if moved:
                    continue
                done = [_alone(client, attribute, delta, present.get(delta.customer_id)) for delta in batch]
            results += done
            if any(each.unsure for each in done):
                break
    except PlatformRefused as error:  # Of all that are left: there is no attribute to write to.
        left = deltas[len(results) :]
        return results + [_refused(delta, error.message) for delta in left]
    except PlatformError:
        if not results:
            raise
    return results


def _present(client: Client, attribute: int, ids: Sequence[CustomerId]) -> dict[int, Value]:
    """What these customers' attributes say, of those that say anything."""
    query: Query = {"attribute_id:in": (attribute,), "customer_id:in": ids, "limit": PAGE}
    rows = client.rows(Api.V3, VALUES, query)
    return {row["customer_id"]: Value(row["id"], labels.entries(row["attribute_value"])) for row in rows}


def _write(
    client: Client, attribute: int, batch: Sequence[TagDelta], present: Mapping[int, Value]
) -> list[WriteResult]:
    """What became of each; raises PlatformError if nothing was done."""
    results: dict[CustomerId, WriteResult] = {}
    setting: list[_Change] = []
    emptying: list[_Change] = []
    for delta in batch:
        change, result = _change(delta, present.get(delta.customer_id))
        if result is not None:
            results[delta.customer_id] = result
        if change is not None:
            (setting if change.entries else emptying).append(change)
    sent = False
    for changes in (setting, emptying):
        if changes:
            told = _send(client, attribute, changes, sent)
            results = {**{each.customer_id: each for each in told}, **results}
            sent = True
    return [results[delta.customer_id] for delta in batch]


def _change(delta: TagDelta, value: Value | None) -> tuple[_Change | None, WriteResult | None]:
    """What is to be written for one customer, and what came of it if that is known before: nothing to do, or no
    room; what is taken away goes even then."""
    there = () if value is None else value.entries
    wanted = labels.changed(there, delta)
    error = labels.misfit(wanted, delta)
    if error is not None:
        wanted = labels.changed(there, delta._replace(add=()))
    result = None if error is None else _refused(delta, error)
    if wanted == there:
        return None, result or WriteResult(delta.customer_id, ok=True, tags_after=there)
    return _Change(delta, wanted, None if value is None else value.id), result


def _send(client: Client, attribute: int, changes: Sequence[_Change], sent: bool) -> list[WriteResult]:
    """``sent``: something of the same batch was written before, so that its customers are not told of as untouched."""
    try:
        if changes[0].entries:
            body = [
                {
                    "attribute_id": attribute,
                    "customer_id": each.delta.customer_id,
                    "value": labels.written(each.entries),
                }
                for each in changes
            ]
            client.run(Call("PUT", Api.V3, VALUES, body=body))
        else:
            client.delete(Api.V3, VALUES, [each.value for each in changes if each.value is not None])
    except PlatformError as error:
        if sent or (isinstance(error, CallFailed) and error.sent):
            return [WriteResult(each.delta.customer_id, ok=False, error=error.message, unsure=True) for each in changes]
        raise
    return [WriteResult(each.delta.customer_id, ok=True, tags_after=each.entries) for each in changes]


def _alone(client: Client, attribute: int, delta: TagDelta, value: Value | None) -> WriteResult:
    """One customer of a batch that was refused."""
    try:
        (result,) = _write(client, attribute, [delta], {} if value is None else {delta.customer_id: value})
    except PlatformRefused as error:
        gone = not gather.by_ids(client, "/customers", "id:in", [delta.customer_id])
        return WriteResult(delta.customer_id, ok=False, gone=gone, error=error.message)
    except PlatformError as error:
        return WriteResult(delta.customer_id, ok=False, error=error.message, unsure=True)
    return result


def _refused(delta: TagDelta, reason: str) -> WriteResult:
    return WriteResult(delta.customer_id, ok=False, error=reason)


def read_tags(client: Client, ids: Iterable[CustomerId]) -> dict[CustomerId, tuple[str, ...] | None]:
    """What each customer carries now; None for one the store no longer knows."""
    found: dict[CustomerId, tuple[str, ...] | None] = {}
    attribute = labels.find(client)
    for batch in _batches(ids):
        there = {row["id"] for row in gather.by_ids(client, "/customers", "id:in", batch)}
        said = {} if attribute is None else _present(client, attribute, batch)
        for each in batch:
            found[each] = (said[each].entries if each in said else ()) if each in there else None
    return found


def _batches(ids: Iterable[CustomerId]) -> Iterator[list[CustomerId]]:
    queue = iter(ids)
    while batch := list(islice(queue, READ_AT_ONCE)):
        yield batch
