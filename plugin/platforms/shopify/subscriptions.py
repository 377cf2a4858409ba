"""Asking one shop for deliveries by its API (README §3), which does not list what the app asks of all shops."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from plugin.platforms.base import Subscriptions
from plugin.platforms.shopify.client import Client, user_errors


class Listed(NamedTuple):
    """A subscription that this app made at the shop."""

    id: str
    topic: str
    uri: str
    version: str


def subscribe(
    client: Client, topics: Sequence[str], uri: str, unwanted: Collection[str] = (), secret: str = ""
) -> Subscriptions:
    """Every topic is delivered to the address, unless Shopify refuses, and none that is unwanted; safe to repeat.

    One that goes to an address of ours from before (another host, the same path) is moved here; any other is left.
    Privacy topics are not to be asked for here: Shopify takes them from the app's configuration only. No ``secret``
    goes along: Shopify signs what it sends.
    """
    listed = _listed(client)
    here = {each.topic: each for each in listed if each.uri == uri}
    before = {each.topic: each for each in listed if _is_earlier(each.uri, uri)}
    kept = tuple(topic for topic in topics if topic_name(topic) in here)
    made: list[str] = []
    moved: list[str] = []
    refused: list[tuple[str, str]] = []
    for topic in topics:
        if topic in kept:
            continue
        old = before.get(topic_name(topic))
        refusal = _make(client, topic_name(topic), uri) if old is None else _move(client, old.id, uri)
        if refusal:
            refused.append((topic, refusal))
        else:
            (made if old is None else moved).append(topic)
    versions = frozenset(here[topic_name(topic)].version for topic in kept)
    ended = tuple(topic for topic in unwanted if _end(client, topic_name(topic), (here, before)))
    return Subscriptions(kept, tuple(made), tuple(moved), tuple(refused), versions, ended)


def _listed(client: Client) -> list[Listed]:
    found: list[Listed] = []
    after = None
    while True:
        page = client.run("subscriptions", {"after": after})["webhookSubscriptions"]
        found += [Listed(n["id"], n["topic"], n["uri"], n["apiVersion"]["handle"]) for n in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _is_earlier(listed: str, uri: str) -> bool:
    """Whether this was our address under another host."""
    was, is_now = urlsplit(listed), urlsplit(uri)
    return listed != uri and was.scheme in ("http", "https") and was.path == is_now.path


def _make(client: Client, topic: str, uri: str) -> str:
    return user_errors(client.run("subscribe", {"topic": topic, "uri": uri})["webhookSubscriptionCreate"])


def _move(client: Client, gid: str, uri: str) -> str:
    return user_errors(client.run("subscription_move", {"id": gid, "uri": uri})["webhookSubscriptionUpdate"])


def _end(client: Client, topic: str, ours: Sequence[Mapping[str, Listed]]) -> bool:
    """Whether one was ended. What refuses is tried again tomorrow, if it is still there."""
    answers = [client.run("unsubscribe", {"id": each[topic].id}) for each in ours if topic in each]
    return any(not user_errors(answer["webhookSubscriptionDelete"]) for answer in answers)


def topic_name(topic: str) -> str:
    """The topic as the Admin API's enum spells it: ``orders/create`` is ORDERS_CREATE."""
    return topic.upper().replace("/", "_").replace(".", "_")
