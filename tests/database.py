"""A database for tests, seen through each of its roles."""

from dataclasses import dataclass

from embedded.roles import OWNER

_PREFIX = "regulars_"


@dataclass(frozen=True)
class Database:
    """One migrated, empty database; tests use it as the roles of production do, never as superuser."""

    name: str
    owner: str

    @property
    def app(self) -> str:
        """The URL as the role of the product: row-level security applies."""
        return self._as("app")

    @property
    def receive(self) -> str:
        """The URL as the role that may only put deliveries into the inbox."""
        return self._as("receive")

    @property
    def scan(self) -> str:
        """The URL as the role that sees ids, states and due times of all stores."""
        return self._as("scan")

    @property
    def environment(self) -> dict[str, str]:
        """The database settings of a process."""
        return {
            "DATABASE_URL": self.owner,
            "DATABASE_APP_URL": self.app,
            "DATABASE_RECEIVE_URL": self.receive,
            "DATABASE_SCAN_URL": self.scan,
        }

    def _as(self, role: str) -> str:
        """The owner's URL with the role in the owner's place."""
        return self.owner.replace(f"//{OWNER}@", f"//{_PREFIX}{role}@", 1)
