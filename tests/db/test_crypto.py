"""Tokens at rest: bound to their store, readable after a rotation, unreadable without the key."""

import pytest

from plugin.db.crypto import Keys, SecretUnreadable, new_key
from plugin.domain.ids import StoreId

ONE, TWO = StoreId(1), StoreId(2)


def test_what_was_encrypted_for_a_store_is_read_for_it() -> None:
    keys = Keys((new_key(),))

    assert keys.decrypt(ONE, keys.encrypt(ONE, "shpat_secret")) == "shpat_secret"


def test_a_token_moved_to_another_store_is_refused() -> None:
    keys = Keys((new_key(),))

    with pytest.raises(SecretUnreadable):
        keys.decrypt(TWO, keys.encrypt(ONE, "shpat_secret"))


def test_after_a_rotation_the_old_key_is_needed_no_more() -> None:
    old, new = new_key(), new_key()
    token = Keys((old,)).encrypt(ONE, "shpat_secret")

    rotated = Keys((new, old)).rotate(token)

    assert Keys((new,)).decrypt(ONE, rotated) == "shpat_secret"
    with pytest.raises(SecretUnreadable):
        Keys((new,)).decrypt(ONE, token)


def test_a_token_changed_by_one_bit_is_refused() -> None:
    keys = Keys((new_key(),))
    token = bytearray(keys.encrypt(ONE, "shpat_secret"))
    token[len(token) // 2] ^= 1

    with pytest.raises(SecretUnreadable):
        keys.decrypt(ONE, bytes(token))
