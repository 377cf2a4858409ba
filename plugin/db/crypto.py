"""Secrets at rest: Fernet with keys that can be rotated, bound to the store they belong to."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from plugin.domain.errors import RegularsError
from plugin.domain.ids import StoreId


class SecretUnreadable(RegularsError):
    """A stored secret fits none of the keys, or belongs to another store."""

    code = "secret_unreadable"


class Keys:
    """The keys of ENCRYPTION_KEYS: the first encrypts, all decrypt."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, store_id: StoreId, secret: str) -> bytes:
        """The secret, readable only with a key and only for this store."""
        return self._fernet.encrypt(f"{store_id}\n{secret}".encode())

    def decrypt(self, store_id: StoreId, token: bytes) -> str:
        """The secret; raises SecretUnreadable."""
        try:
            owner, _, secret = self._fernet.decrypt(bytes(token)).decode().partition("\n")
        except InvalidToken as error:
            raise SecretUnreadable("no key fits; is an old key missing from ENCRYPTION_KEYS?") from error
        if owner != str(store_id):
            raise SecretUnreadable("the secret belongs to another store")
        return secret

    def rotate(self, token: bytes) -> bytes:
        """The same secret under the newest key."""
        try:
            return self._fernet.rotate(bytes(token))
        except InvalidToken as error:
            raise SecretUnreadable("no key fits; is an old key missing from ENCRYPTION_KEYS?") from error


def new_key() -> str:
    """A fresh key for ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode()
