"""What ``regulars doctor`` looks at: each check says what it found, and the cure of what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from celery import Celery
from redis import Redis, RedisError

from plugin.cli import doors
from plugin.db import credentials, entitlements, inspect, stores
from plugin.db.crypto import Keys, SecretUnreadable
from plugin.db.roles import ROLES
from plugin.domain.errors import SettingsError
from plugin.flow.house import QUEUES
from plugin.platforms import platforms
from plugin.platforms.manifest import manifest
from plugin.settings import Settings

SECONDS = 2.0
"""How long Redis and the workers have to answer."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    subject: str
    ok: bool
    says: str
    cure: str = ""


def every() -> Iterator[Finding]:
    """All findings, in the order in which a person would mend them. A check that breaks is a finding."""
    try:
        settings = doors.settings()
    except SettingsError as error:
        yield from (Finding("settings", False, line, "docs/settings.md") for line in error.message.splitlines())
        return
    yield Finding("settings", True, "complete")
    for subject, check in CHECKS.items():
        try:
            yield from check(settings)
        except Exception as error:
            yield Finding(subject, False, f"{type(error).__name__}: {error}".splitlines()[0], CURES[subject])


def _manifest(settings: Settings) -> Iterator[Finding]:
    for each in platforms(settings):
        name, asked = each.name, manifest().platforms[each.name]
        every = (*asked.topics, *asked.optional_topics, *asked.compliance_topics)
        deaf = [topic for topic in every if each.unknown(topic, b"") is None]
        by = (
            "at each store"
            if settings.subscribes_per_store or asked.subscribes_per_store
            else f"by what `regulars manifest {name}` prints, once deployed"
        )
        says = f"{name}: {len(asked.topics)} topics ({by}) and {len(asked.compliance_topics)} privacy topics"
        if deaf:
            yield Finding(
                "manifest", False, f"{name}: nobody understands {', '.join(deaf)}", "Take them out of manifest.json."
            )
        else:
            yield Finding("manifest", True, says)


def _migrations(settings: Settings) -> Iterator[Finding]:
    found, newest = inspect.revisions(settings.database_url)
    if found == newest:
        yield Finding("migrations", True, f"current ({newest})")
    else:
        yield Finding(
            "migrations",
            False,
            f"the schema is at {found or 'nothing'}, the newest is {newest}",
            "Run `regulars migrate`.",
        )


def _roles(settings: Settings) -> Iterator[Finding]:
    database = doors.database(settings)
    for name in ROLES:
        role = inspect.role(database, name)
        says = f"{name} is {role.name} at PostgreSQL {role.server_version}"
        if role.harmless:
            yield Finding("roles", True, says)
        else:
            cure = f"Make {role.name} NOSUPERUSER NOBYPASSRLS and let the owner own the tables."
            yield Finding("roles", False, f"{says}: row-level security does not bind it", cure)


def _walls(settings: Settings) -> Iterator[Finding]:
    database = doors.database(settings)
    open_tables = sorted({*inspect.visible_without_store(database), *inspect.unwalled(database)})
    if open_tables:
        yield Finding("walls", False, f"open between stores: {', '.join(open_tables)}", "Run `regulars migrate`.")
    else:
        yield Finding("walls", True, "app sees nothing without a store; every table is walled")


def _redis(settings: Settings) -> Iterator[Finding]:
    with Redis.from_url(settings.redis_url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as redis:
        info = redis.info()
    says = f"answers, version {info.get('valkey_version') or info.get('redis_version')}"
    policy = info.get("maxmemory_policy", "noeviction")
    if policy == "noeviction":
        yield Finding("redis", True, says)
    else:
        yield Finding(
            "redis", False, f"{says}, but drops keys when full ({policy})", "Set maxmemory-policy to noeviction."
        )


def _keys(settings: Settings) -> Iterator[Finding]:
    database, keys = doors.database(settings), Keys(settings.keys)
    lost, readable = [], 0
    for store in stores.every(database):
        try:
            with database.store(store.id) as tx:
                readable += credentials.get(tx, keys) is not None
        except SecretUnreadable:
            lost.append(store.domain)
    if lost:
        cure = "Put the key they were written with back into ENCRYPTION_KEYS, at the end."
        yield Finding("keys", False, f"no key fits the tokens of {', '.join(lost)}", cure)
    else:
        yield Finding("keys", True, f"the tokens of {readable} stores can be read")


def _queues(settings: Settings) -> Iterator[Finding]:
    celery = Celery("regulars", broker=settings.redis_url, set_as_current=False)
    try:
        heard = celery.control.inspect(timeout=SECONDS).active_queues() or {}
    except (RedisError, OSError) as error:
        raise ConnectionError("Redis does not answer") from error
    finally:
        celery.close()
    served = {queue["name"]: worker for worker, queues in heard.items() for queue in queues}
    for name in dict.fromkeys(QUEUES.values()):
        if name in served:
            yield Finding("queues", True, f"{name} is served by {served[name]}")
        else:
            yield Finding("queues", False, f"nobody serves {name}", f"Start the Procfile's role that takes -Q {name}.")


def _billing(settings: Settings) -> Iterator[Finding]:
    if not settings.bills:
        yield Finding("billing", True, "off: stores have no plans")
        return
    database, found = doors.database(settings), []
    for store in stores.every(database):
        with database.store(store.id) as tx:
            found.append(entitlements.get(tx))
    known = [row for row in found if row is not None]
    failing = [row for row in known if row.failing_since is not None]
    if not manifest().plans:
        yield Finding("billing", False, "manifest.json has no plans", CURES["billing"])
    if failing:
        since = min(row.failing_since for row in failing if row.failing_since is not None)
        says = f"the plans of {len(failing)} of {len(known)} stores can't be read since {since:%Y-%m-%d %H:%M}: "
        yield Finding("billing", False, says + (failing[-1].error or ""), CURES["billing"])
    else:
        read = sum(1 for row in known if row.read_at is not None)
        paused = sum(1 for row in known if row.paused_at is not None)
        yield Finding("billing", True, f"the plans of {read} stores are read; writing stands still for {paused}")


CHECKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "manifest": _manifest,
    "migrations": _migrations,
    "roles": _roles,
    "walls": _walls,
    "keys": _keys,
    "billing": _billing,
    "redis": _redis,
    "queues": _queues,
}
CURES = {
    "manifest": "Take manifest.json from the version you run.",
    "migrations": "Check DATABASE_URL, then run `regulars migrate`.",
    "roles": "Check DATABASE_APP_URL, DATABASE_RECEIVE_URL and DATABASE_SCAN_URL, then run `regulars migrate`.",
    "walls": "Run `regulars migrate`.",
    "keys": "Run `regulars migrate`.",
    "billing": "Check SHOPIFY_PARTNER_ORGANISATION, SHOPIFY_PARTNER_TOKEN (may it manage apps?) and SHOPIFY_APP_ID; "
    "for BigCommerce's stores BIGCOMMERCE_ACCOUNT_UUID, BIGCOMMERCE_ACCOUNT_TOKEN (has it its four scopes?) and "
    "BIGCOMMERCE_APP_ID, all of one account.",
    "redis": "Check REDIS_URL and that the server runs.",
    "queues": "Check REDIS_URL and that the workers run.",
}
"""What to do when the check itself could not be made."""
