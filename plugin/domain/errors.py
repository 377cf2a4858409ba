"""One family of errors. Each carries a code, its particulars, and whether trying again can help.

The sentence a person reads belongs to ``plugin/web/words.py``; here is only what happened.
"""

from enum import StrEnum
from typing import ClassVar


class Retry(StrEnum):
    """When the same call may be tried again."""

    NEVER = "never"
    LATER = "later"
    AFTER_REAUTHORISATION = "after_reauthorisation"
    """Only once the merchant has opened the app again."""


class RegularsError(Exception):
    """Something we know how to name."""

    code: ClassVar[str] = "error"
    retry: ClassVar[Retry] = Retry.NEVER

    def __init__(self, message: str = "", **particulars: object) -> None:
        super().__init__(message or self.code)
        self.message = message or self.code
        self.particulars = particulars


class SettingsError(RegularsError):
    """The environment does not describe a running app; the message lists every mistake."""

    code = "settings"


class MessageUnreadable(RegularsError):
    """A delivery whose bytes do not say what its topic promises."""

    code = "message_unreadable"


class PlatformError(RegularsError):
    """The platform refused or failed."""

    code = "platform"
    retry = Retry.LATER


class PlatformRefused(PlatformError):
    """The platform understood and said no: the same call will be refused again."""

    code = "platform_refused"
    retry = Retry.NEVER


class AppRefused(PlatformError):
    """The platform does not know the app by its secret: a mistake of ours, and no answer to what was asked."""

    code = "platform_refused"


class Throttled(PlatformError):
    """The platform's bucket is empty; ``wait`` is the seconds until the call can pass."""

    code = "throttled"

    def __init__(self, wait: float) -> None:
        super().__init__(f"throttled for {wait:.1f} s", wait=wait)
        self.wait = wait


class NeedsReauthorisation(PlatformError):
    """Our token is dead; a new one comes when the merchant opens the app."""

    code = "needs_reauthorisation"
    retry = Retry.AFTER_REAUTHORISATION


class AccessDenied(NeedsReauthorisation):
    """The token lives and may not do this: a scope, or the platform's approval for personal data, is missing."""

    code = "access_denied"


class StoreUnavailable(PlatformError):
    """The store is frozen, locked or gone (402, 404, 423): pause it, try daily."""

    code = "store_unavailable"


class NotFound(RegularsError):
    """No such thing in this store."""

    code = "not_found"


class Invalid(RegularsError):
    """What a person sent can't be used; ``field`` names the place and ``message`` the cure."""

    code = "invalid"

    def __init__(self, message: str, field: str, **particulars: object) -> None:
        super().__init__(message, field=field, **particulars)
        self.field = field


class OpenTransaction(RegularsError):
    """A platform was about to be called while this thread holds a transaction."""

    code = "open_transaction"
