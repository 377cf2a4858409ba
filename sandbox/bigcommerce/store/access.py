"""Who may come in: the app's one token, the scopes it carries, and the people who use the app."""

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class User:
    """Somebody with a login to the control panel."""

    id: int
    email: str
    username: str
    locale: str = "en-US"


@dataclass(slots=True)
class Grant:
    """A code the merchant's browser carries to the app, until it is exchanged."""

    scopes: tuple[str, ...]
    user_id: int


@dataclass(slots=True)
class Access:
    """The app's standing with one store."""

    installed: bool = False
    token: str | None = None
    scopes: tuple[str, ...] = ()
    codes: dict[str, Grant] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    owner_id: int = 0

    def offer(self, scopes: tuple[str, ...], user_id: int) -> str:
        """A code for a merchant who has agreed to these scopes."""
        code = secrets.token_hex(15)
        self.codes[code] = Grant(scopes, user_id)
        return code

    def exchange(self, code: str) -> tuple[str, Grant] | None:
        """A token that never ends for a code, once; the earlier token is dead. None for no code of ours."""
        grant = self.codes.pop(code, None)
        if grant is None:
            return None
        self.token, self.scopes, self.installed = secrets.token_hex(16), grant.scopes, True
        return self.token, grant

    def revoke(self) -> None:
        """The app is gone: its token is dead."""
        self.installed, self.token, self.scopes = False, None, ()
        self.codes.clear()
