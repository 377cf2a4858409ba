"""Writing tags: the changes of several customers in one document, and reading them back (README §6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from plugin.domain.errors import PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import TagDelta, WriteResult
from plugin.platforms.http import CallFailed
from plugin.platforms.shopify.client import Client, Question, Reply, TooCostly, user_errors

CUSTOMER = "gid://shopify/Customer/"
AT_ONCE = 25
"""Customers in one call: at most 50 mutations, half of the thousand points a call may ask for. More would
gain little, and what a lost answer leaves unsure is what was in the call."""
MOST_TAGS = 250
MUTATION_COST = 10
READ_AT_ONCE = 100
FRAGMENTS = """
fragment Added on TagsAddPayload { node { ... on Customer { id tags } } userErrors { field message } }
fragment Removed on TagsRemovePayload { node { ... on Customer { id tags } } userErrors { field message } }
"""


def write_tags(client: Client, deltas: Sequence[TagDelta]) -> list[WriteResult]:
    """Results in the order of the deltas, up to the first call that met a trouble which is the store's.

    That trouble (throttled, token dead, store away) is raised only if nothing was done before it; the
    caller comes again with the rest. Of a call without an answer every customer is ``unsure``, and it is
    the last. A call that is refused as a whole is made for each of its customers alone.
    """
    results: list[WriteResult] = []
    size = AT_ONCE
    while batch := deltas[len(results) : len(results) + size]:
        try:
            results += _write(client, batch)
        except CallFailed as error:
            if error.sent:
                return results + [_unsure(delta, error.message) for delta in batch]
            return _or_raise(results, error)
        except TooCostly as error:  # A bucket that is smaller than the call: it could never pass.
            if len(batch) == 1:
                return _or_raise(results, error)
            size = len(batch) // 2
        except PlatformRefused as error:
            if error.particulars.get("status") not in (None, 400):
                return _or_raise(results, error)
            if len(batch) == 1:
                results.append(WriteResult(batch[0].customer_id, ok=False, error=error.message))
            size = 1
        except PlatformError as error:
            return _or_raise(results, error)
    return results


def _or_raise(results: list[WriteResult], error: PlatformError) -> list[WriteResult]:
    if not results:
        raise error
    return results


def _unsure(delta: TagDelta, reason: str) -> WriteResult:
    return WriteResult(delta.customer_id, ok=False, error=reason, unsure=True)


def _write(client: Client, batch: Sequence[TagDelta]) -> list[WriteResult]:
    question = tags_question(batch)
    reply = client.ask(question) if question.cost else Reply({}, {})
    return [_result(delta, place, reply) for place, delta in enumerate(batch)]


def tags_question(batch: Sequence[TagDelta]) -> Question:
    """One document with only the mutations that are needed: each costs ten points.

    Removals come first: two labels of one family never stand together.
    """
    removing = [(f"r{place}", "tagsRemove", place, delta.remove) for place, delta in enumerate(batch) if delta.remove]
    adding = [(f"a{place}", "tagsAdd", place, delta.add) for place, delta in enumerate(batch) if delta.add]
    every = [*removing, *adding]
    variables: dict[str, Any] = {}
    declared, fields = [], []
    for alias, mutation, place, tags in every:
        variables[f"c{place}"] = f"{CUSTOMER}{batch[place].customer_id}"
        variables[alias] = list(tags)
        spread = "Removed" if mutation == "tagsRemove" else "Added"
        fields.append(f"  {alias}: {mutation}(id: $c{place}, tags: ${alias}) {{ ...{spread} }}")
        declared.append(f"${alias}: [String!]!")
    declared += [f"${name}: ID!" for name in variables if name.startswith("c")]
    text = f"mutation WriteTags({', '.join(declared)}) {{\n" + "\n".join(fields) + "\n}" + _used(removing, adding)
    return Question("write_tags", text, variables, float(MUTATION_COST * len(every)))


def _used(removing: Sequence[object], adding: Sequence[object]) -> str:
    """The fragments that the document spreads; a fragment nobody uses is an error."""
    added, removed = FRAGMENTS.strip().split("\n")
    return "\n" + "\n".join([*([removed] if removing else []), *([added] if adding else [])]) + "\n"


def _result(delta: TagDelta, place: int, reply: Reply) -> WriteResult:
    """What became of one customer's one or two mutations."""
    aliases = [alias for alias, tags in ((f"r{place}", delta.remove), (f"a{place}", delta.add)) if tags]
    for error in (reply.failed[alias] for alias in aliases if alias in reply.failed):
        if isinstance(error, PlatformRefused):
            return WriteResult(delta.customer_id, ok=False, gone=is_gone(error.message), error=error.message)
        return _unsure(delta, error.message)
    return outcome(delta, [reply.data.get(alias) or {} for alias in aliases])


def outcome(delta: TagDelta, payloads: Sequence[Mapping[str, Any]]) -> WriteResult:
    """What the payloads of this customer's mutations say."""
    refusals = "; ".join(filter(None, map(user_errors, payloads)))
    nodes = [payload.get("node") or {} for payload in payloads]
    if not refusals and all(nodes):
        after = nodes[-1].get("tags") if nodes else None
        return WriteResult(delta.customer_id, ok=True, tags_after=None if after is None else tuple(after))
    gone = not any(nodes) and is_gone(refusals)
    return WriteResult(delta.customer_id, ok=False, gone=gone, error=refusals or "no such customer")


def is_gone(refusal: str) -> bool:
    """Whether the refusal says that the customer is not there (deleted, merged)."""
    said = refusal.casefold()
    return not said or any(words in said for words in ("not found", "not exist", "invalid id", "invalid global id"))


def read_tags(client: Client, ids: Iterable[CustomerId]) -> dict[CustomerId, tuple[str, ...] | None]:
    """What each customer carries now; None for one the shop no longer knows."""
    found: dict[CustomerId, tuple[str, ...] | None] = {}
    for batch in _batches(ids):
        nodes = client.run("read_tags", {"ids": [f"{CUSTOMER}{each}" for each in batch]})["nodes"]
        for each, node in zip(batch, nodes, strict=True):
            found[each] = None if node is None else tuple(node["tags"])
    return found


def _batches(ids: Iterable[CustomerId]) -> Iterator[list[CustomerId]]:
    queue = iter(ids)
    while batch := list(islice(queue, READ_AT_ONCE)):
        yield batch
