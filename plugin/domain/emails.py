"""E-mail addresses, where only their equality matters."""

from hashlib import sha256

from plugin.domain.text import fold


def email_key(address: str | None) -> bytes | None:
    """Sixteen bytes that are the same for the same address, however it is written; None where there is none."""
    folded = fold(address or "")
    return sha256(folded.encode()).digest()[:16] if "@" in folded else None
