"""Keys: made, rotated, and missed."""

from cryptography.fernet import Fernet

from plugin.db import credentials
from plugin.db.crypto import Keys
from plugin.db.transaction import Database as Doors
from plugin.domain.ids import StoreId
from tests.builders import a_store
from tests.cli.conftest import Regulars


def with_tokens(at: Doors, key: str, domain: str) -> StoreId:
    """A store whose tokens are under this key."""
    store_id = a_store(at, domain)
    with at.store(store_id) as tx:
        credentials.put(tx, Keys((key,)), "access", "refresh", None, None)
    return store_id


def test_a_new_key_is_one_that_encrypts(regulars: Regulars) -> None:
    Fernet(regulars("keys", "new").output.strip())


def test_rotation_leaves_every_token_readable_by_the_newest_key_alone(regulars: Regulars, at: Doors) -> None:
    old, new = regulars.environment["ENCRYPTION_KEYS"], Fernet.generate_key().decode()
    store_id = with_tokens(at, old, "tea.myshopify.com")
    a_store(at, "bare.myshopify.com")

    done = regulars("keys", "rotate", ENCRYPTION_KEYS=f"{new},{old}")

    assert done.output == "1 stores are under the newest key; 1 have no tokens.\n"
    with at.store(store_id) as tx:
        found = credentials.get(tx, Keys((new,)))
    assert found is not None
    assert (found.access_token, found.refresh_token) == ("access", "refresh")


def test_a_store_whose_key_is_lost_is_named_and_the_others_are_rotated(regulars: Regulars, at: Doors) -> None:
    old, new = regulars.environment["ENCRYPTION_KEYS"], Fernet.generate_key().decode()
    with_tokens(at, Fernet.generate_key().decode(), "lost.myshopify.com")
    store_id = with_tokens(at, old, "tea.myshopify.com")

    done = regulars("keys", "rotate", ENCRYPTION_KEYS=f"{new},{old}")

    assert done.exit_code == 1
    assert "lost.myshopify.com" in done.stderr
    with at.store(store_id) as tx:
        assert credentials.get(tx, Keys((new,))) is not None
