"""Files an app hands over before it names them in a mutation."""

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Target:
    """Where one file may be put, and with which form fields; ``body`` once it is there."""

    key: str
    mime_type: str
    body: bytes | None = None
    policy: str = field(default_factory=lambda: secrets.token_hex(32))

    def parameters(self) -> list[dict[str, str]]:
        """What the form must carry before the file, in this order."""
        return [
            {"name": "Content-Type", "value": self.mime_type},
            {"name": "success_action_status", "value": "201"},
            {"name": "acl", "value": "private"},
            {"name": "key", "value": self.key},
            {"name": "policy", "value": self.policy},
        ]
