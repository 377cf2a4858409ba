"""A webhook of the app at a store."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Hook:
    """Where one scope's events go, and the headers they carry."""

    id: int
    client_id: str
    scope: str
    destination: str
    headers: dict[str, str] | None
    created_at: datetime
    updated_at: datetime
    is_active: bool = True
    deactivated: bool = False
    """Switched off by the platform, not by the app."""

    def takes(self, scope: str) -> bool:
        """Whether an event of this scope goes here: named exactly, or by a wildcard at the end."""
        if self.scope.endswith("/*"):
            return scope.startswith(self.scope[:-1])
        return self.scope == scope

    @property
    def status(self) -> str:
        """As the health page says it."""
        return "active" if self.is_active else "deactivated" if self.deactivated else "inactive"


@dataclass(slots=True)
class Extension:
    """An app extension: a link or panel of the control panel that opens the app."""

    id: str
    context: str
    model: str
    url: str
    label: str
    locales: list[dict[str, str]] = field(default_factory=list)
