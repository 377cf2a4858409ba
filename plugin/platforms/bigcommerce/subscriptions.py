"""Asking one store for deliveries (README §6).

BigCommerce switches hooks off by itself: after two days of failures, and after 90 days without an event. So whatever
is asked for is looked at every day, and put right.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from plugin.domain.errors import AccessDenied, PlatformRefused
from plugin.platforms.base import Subscriptions
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.hooks import Hook, is_ours, listed
from plugin.platforms.bigcommerce.webhooks import SECRET_HEADER, address


class Ensured(NamedTuple):
    """What was done, by topic."""

    kept: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """Went to an address of ours from before."""
    repaired: tuple[str, ...] = ()
    """Were switched off, or carried another secret."""
    removed: tuple[str, ...] = ()
    """Of ours, and no longer wanted or there twice."""
    refused: tuple[tuple[str, str], ...] = ()
    """Topic and the platform's reason."""


def subscribe(client: Client, topics: Sequence[str], uri: str, unwanted: Collection[str], secret: str) -> Subscriptions:
    """As ``ensure``, in the words of every platform. What is ``unwanted`` goes without being named."""
    found = ensure(client, [topic for topic in topics if topic not in unwanted], uri, secret)
    put_right = (*found.moved, *found.repaired)
    return Subscriptions(found.kept, found.made, put_right, found.refused, ended=found.removed)


def ensure(client: Client, topics: Sequence[str], uri: str, secret: str) -> Ensured:
    """Every topic is delivered to this store's address below ``uri`` and carries the secret; safe to repeat.

    Of hooks that go there nothing else is left; those that go elsewhere are not touched, unless only the host differs.
    What is there is made good before anything is removed: twice is harmless, and what is missed is missed.
    Raises ValueError where a wildcard stands beside what it covers, and as ``Client.run`` does.
    """
    if beside := [topic for topic in topics if _covered(topic, topics)]:
        raise ValueError(f"what a wildcard covers would come twice: {beside}")
    ours = [hook for hook in listed(client) if is_ours(hook, client, uri)]
    done: dict[str, str] = {}
    refused: dict[str, str] = {}
    stay: set[int] = set()
    for topic in topics:
        hook = _best(ours, topic, address(uri, client.store_hash, topic))
        stay |= set() if hook is None else {hook.id}
        try:
            done[topic] = _stand(client, hook, topic, uri, secret)
        except (PlatformRefused, AccessDenied) as error:
            refused[topic] = error.message
    if refused:  # Somebody else may have been faster.
        there = {hook.topic for hook in listed(client) if _is_right(hook, client, uri, secret)}
        done |= dict.fromkeys(refused.keys() & there, "kept")
    left = {topic: why for topic, why in refused.items() if topic not in done}
    extra = [hook for hook in ours if hook.id not in stay and not any(_covered(each, [hook.topic]) for each in left)]
    for hook in extra:
        client.run(Call("DELETE", Api.V3, f"/hooks/{hook.id}"), may_miss=True)
    by_outcome = {
        outcome: tuple(topic for topic in topics if done.get(topic) == outcome)
        for outcome in ("kept", "made", "moved", "repaired")
    }
    return Ensured(**by_outcome, removed=tuple(hook.topic for hook in extra), refused=tuple(left.items()))


def _stand(client: Client, hook: Hook | None, topic: str, uri: str, secret: str) -> str:
    """What was done so that the topic comes as it should."""
    destination = address(uri, client.store_hash, topic)
    wanted = {"is_active": True, "headers": {SECRET_HEADER: secret}}
    if hook is not None and hook.destination != destination:
        if _change(client, hook, {**wanted, "destination": destination}):
            return "moved"
    elif hook is not None:
        if _is_right(hook, client, uri, secret):
            return "kept"
        if _change(client, hook, wanted):
            return "repaired"
    body = {"scope": topic, "destination": destination, **wanted}
    client.run(Call("POST", Api.V3, "/hooks", body=body), may_deny=True)
    return "made"


def _change(client: Client, hook: Hook, body: Mapping[str, Any]) -> bool:
    """Whether the hook was still there to be changed."""
    return client.run(Call("PUT", Api.V3, f"/hooks/{hook.id}", body=body), may_miss=True, may_deny=True) is not None


def _best(hooks: Iterable[Hook], topic: str, destination: str) -> Hook | None:
    """Of the topic's hooks the one to keep: at the right address, then active, then the oldest."""
    found = [hook for hook in hooks if hook.topic == topic]
    return min(found, key=lambda hook: (hook.destination != destination, not hook.is_active, hook.id), default=None)


def _is_right(hook: Hook, client: Client, uri: str, secret: str) -> bool:
    headers = {SECRET_HEADER.lower(): secret}
    there = hook.destination == address(uri, client.store_hash, hook.topic)
    return there and hook.is_active and hook.headers == headers


def _covered(topic: str, topics: Collection[str]) -> bool:
    """Whether one of the topics is a wildcard that brings this one too."""
    return any(each.endswith("/*") and topic != each and topic.startswith(each[:-1]) for each in topics)
