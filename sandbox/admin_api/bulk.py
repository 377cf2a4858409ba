"""Bulk queries: started by a mutation, run in a thread, answered by a file of lines."""

import itertools
import secrets
import tempfile
import threading
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

import msgspec
from graphql import GraphQLError, OperationType

from sandbox import moments
from sandbox.admin_api.asking import Asking
from sandbox.admin_api.document import InvalidDocument, read
from sandbox.admin_api.plan import Finder, InvalidBulkQuery, Plan, Planner
from sandbox.ids import split
from sandbox.store.bulk import BulkOperation
from sandbox.store.shop import Shop
from sandbox.webhooks import shop_body

MOST_AT_ONCE = 5
CHUNK = 200
"""Things at the top that are read together, under the shop's lock."""
ENDED = {"COMPLETED", "FAILED", "CANCELED", "EXPIRED"}


def start(root: None, asking: Asking, query: str, group_objects: bool) -> dict[str, Any]:
    """The query is being run, or the reason why not."""
    shop = asking.shop
    if is_full(shop, "QUERY"):
        message = f"There are already {MOST_AT_ONCE} bulk operations in progress."
        return _refusal("LIMIT_REACHED", message)
    try:
        find, plan = _compile(asking, query)
    except InvalidBulkQuery as problem:
        return _refusal("INVALID", str(problem))
    number = shop.numbers.next("BulkOperation")
    operation = BulkOperation(number, query, group_objects, moments.now())
    shop.bulk[operation.id] = operation
    within = Asking(asking.world, shop, asking.schema, asking.version, unbounded=True)
    asking.world.sender.begin(shop.domain)
    thread = threading.Thread(target=_run, args=(within, operation, find, plan), daemon=True)
    thread.start()
    return {"bulk_operation": operation, "user_errors": []}


def is_full(shop: Shop, kind: str) -> bool:
    """Whether as many operations of this kind run as may."""
    return sum(1 for each in shop.bulk.values() if each.type == kind and each.status not in ENDED) >= MOST_AT_ONCE


def cancel(root: None, asking: Asking, id: str) -> dict[str, Any]:  # noqa: A002 (the platform's name)
    """A running operation is about to end; an ended one stays as it is."""
    parts = split(id)
    operation = asking.shop.bulk.get(parts[1]) if parts else None
    if operation is None:
        problem = {"field": ["id"], "message": "Bulk operation does not exist"}
        return {"bulk_operation": None, "user_errors": [problem]}
    if operation.status in ENDED:
        message = f"A bulk operation cannot be canceled when it is {operation.status.lower()}"
        return {"bulk_operation": operation, "user_errors": [{"field": None, "message": message}]}
    operation.status = "CANCELING"
    return {"bulk_operation": operation, "user_errors": []}


def _compile(asking: Asking, text: str) -> tuple[Finder, Plan]:
    try:
        document = read(asking.schema, text)
        operation = document.operation(None)
    except (InvalidDocument, GraphQLError) as problem:
        raise InvalidBulkQuery(f"Invalid bulk query: {problem}") from problem
    if operation.operation is not OperationType.QUERY:
        raise InvalidBulkQuery("Invalid bulk query: only queries can be run.")
    return Planner(asking.schema, document.fragments).root(operation.selection_set)


def _refusal(code: str, message: str) -> dict[str, Any]:
    problem = {"code": code, "field": ["query"], "message": message}
    return {"bulk_operation": None, "user_errors": [problem]}


def _run(asking: Asking, operation: BulkOperation, find: Finder, plan: Plan) -> None:
    """The operation has ended one way or another, and the app has been told."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it stays open: it has no name to open it by)
    ending = "FAILED"
    try:
        ending = _fill(asking, operation, find, plan, file)
    finally:
        end(asking, operation, cast("BinaryIO", file), ending)
        asking.world.sender.end(asking.shop.domain)


def _fill(asking: Asking, operation: BulkOperation, find: Finder, plan: Plan, file: Any) -> str:
    """The lines are in the file; gives how it ends."""
    shop = asking.shop
    fails, gaps = shop.faults.count_down("bulk_fail_next"), shop.faults.count_down("bulk_gap_next")
    hold, released = shop.faults.api.bulk_hold_seconds, shop.faults.released
    with shop.lock:
        if operation.status == "CREATED":
            operation.status = "RUNNING"
        things = list(find(asking))
    if hold:
        released.wait(hold)
    kept = things[: len(things) // 2] if fails else things
    for lines in _chunks(asking, operation, kept, plan):
        written = _with_gaps(lines) if gaps else lines
        file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in written))
        operation.object_count += len(lines)
    return "FAILED" if fails else "COMPLETED"


def _with_gaps(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lost = [line for line in lines if "__parentId" not in line][::3]
    return [line for line in lines if line not in lost]


def _chunks(
    asking: Asking, operation: BulkOperation, things: Iterable[Any], plan: Plan
) -> Iterator[list[dict[str, Any]]]:
    """Lines, chunk by chunk. Unless grouped, all parents of a chunk come before the first child."""
    remaining = iter(things)
    while chunk := list(itertools.islice(remaining, CHUNK)):
        if operation.status == "CANCELING":
            return
        with asking.shop.lock:
            lines = [line for thing in chunk for line in plan.lines(thing, asking)]
        operation.root_object_count += len(chunk)
        if not operation.group_objects:
            lines.sort(key=lambda line: "__parentId" in line)
        yield lines


def end(asking: Asking, operation: BulkOperation, file: BinaryIO, ending: str) -> None:
    """The operation has ended so; its file can be read, and the app is told."""
    shop = asking.shop
    with shop.lock:
        file.flush()
        size, name = file.tell(), f"bulk-{secrets.token_hex(12)}.jsonl"
        asking.world.files[name] = file
        url = f"{asking.world.config.base_url}/files/{name}" if size else None
        operation.file_size = size if size else None
        if operation.status == "CANCELING":
            operation.status = "CANCELED"
        elif ending == "FAILED":
            operation.status, operation.error_code = "FAILED", "INTERNAL_SERVER_ERROR"
            operation.partial_data_url = url
        else:
            operation.status, operation.url = "COMPLETED", url
        operation.completed_at = moments.now()
        asking.world.announcer.announce(
            shop, ("bulk_operations/finish", lambda: shop_body.bulk_finished(shop, operation))
        )
