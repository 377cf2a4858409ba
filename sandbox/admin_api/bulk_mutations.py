"""Bulk mutations: one mutation, run for each line of a file; the answers are lines of another, in any order."""

import random
import tempfile
import threading
from typing import Any, BinaryIO, cast

import msgspec
from graphql import GraphQLError, OperationType, execute_sync

from sandbox import moments
from sandbox.admin_api import bulk
from sandbox.admin_api.asking import Asking
from sandbox.admin_api.document import Document, InvalidDocument, read
from sandbox.store.bulk import BulkOperation

LONGEST = 100 * 1024 * 1024


class _Refused(Exception):
    """Why it can't be run: the code, and the sentence to the caller."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def start(
    root: None,
    asking: Asking,
    mutation: str,
    staged_upload_path: str,
    client_identifier: str | None = None,
) -> dict[str, Any]:
    """The mutation is being run for each line, or the reason why not."""
    shop = asking.shop
    try:
        if shop.faults.count_down("bulk_busy_next") or bulk.is_full(shop, "MUTATION"):
            raise _Refused("LIMIT_REACHED", f"There are already {bulk.MOST_AT_ONCE} bulk operations in progress.")
        document = _compile(asking, mutation)
        lines = _lines(asking, staged_upload_path)
    except _Refused as problem:
        said = {"code": problem.code, "field": None, "message": str(problem)}
        return {"bulk_operation": None, "user_errors": [said]}
    number = shop.numbers.next("BulkOperation")
    operation = BulkOperation(number, mutation, False, moments.now(), type="MUTATION")
    shop.bulk[operation.id] = operation
    within = Asking(asking.world, shop, asking.schema, asking.version)
    asking.world.sender.begin(shop.domain)
    threading.Thread(target=_run, args=(within, operation, document, lines), daemon=True).start()
    return {"bulk_operation": operation, "user_errors": []}


def _compile(asking: Asking, text: str) -> Document:
    try:
        document = read(asking.schema, text)
        operation = document.operation(None)
    except (InvalidDocument, GraphQLError) as problem:
        raise _Refused("INVALID_MUTATION", f"Invalid mutation: {problem}") from problem
    if operation.operation is not OperationType.MUTATION or len(operation.selection_set.selections) != 1:
        raise _Refused("INVALID_MUTATION", "Only one mutation can be run by a bulk operation.")
    return document


def _lines(asking: Asking, path: str) -> list[dict[str, Any]]:
    target = asking.world.staged.get(path)
    if target is None or target.body is None or f"/{asking.shop.number}/" not in path:
        raise _Refused("NO_SUCH_FILE", "The JSONL file could not be found. Try uploading the file again.")
    try:
        lines = [msgspec.json.decode(line) for line in target.body.splitlines() if line.strip()]
    except msgspec.DecodeError as error:
        raise _Refused("INVALID_STAGED_UPLOAD_FILE", "The file is not JSONL.") from error
    if not lines or len(target.body) > LONGEST or not all(isinstance(line, dict) for line in lines):
        raise _Refused("INVALID_STAGED_UPLOAD_FILE", "The file is empty, too large, or not one object a line.")
    return lines


def _run(asking: Asking, operation: BulkOperation, document: Document, lines: list[dict[str, Any]]) -> None:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it stays open: it has no name to open it by)
    ending = "FAILED"
    try:
        ending = _fill(asking, operation, document, lines, file)
    finally:
        bulk.end(asking, operation, cast("BinaryIO", file), ending)
        asking.world.sender.end(asking.shop.domain)


def _fill(asking: Asking, operation: BulkOperation, document: Document, lines: list[dict[str, Any]], file: Any) -> str:
    """Each line is done, in no order anyone could rely on: the platform works on many at once."""
    shop = asking.shop
    fails, hold = shop.faults.count_down("bulk_fail_next"), shop.faults.api.bulk_hold_seconds
    released = shop.faults.released
    with shop.lock:
        if operation.status == "CREATED":
            operation.status = "RUNNING"
    if hold:
        released.wait(hold)
    numbered = list(enumerate(lines))
    random.Random(operation.id).shuffle(numbered)
    for number, variables in numbered[: len(numbered) // 2] if fails else numbered:
        if operation.status == "CANCELING":
            break
        with shop.lock:
            result = execute_sync(asking.schema, document.node, context_value=asking, variable_values=variables)
        line: dict[str, Any] = {"data": result.data} if result.data is not None else {}
        if result.errors:
            line["errors"] = [error.formatted for error in result.errors]
        file.write(msgspec.json.encode(line | {"__lineNumber": number}) + b"\n")
        operation.object_count += 1
        operation.root_object_count += 1
    return "FAILED" if fails else "COMPLETED"
