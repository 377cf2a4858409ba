"""A blueprint many modules add to: two of them may call a view the same."""

from typing import Any

from flask import Blueprint


class Doors(Blueprint):
    """Endpoints are named after the module, too."""

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any,
                     **options: Any) -> None:  # fmt: skip
        """Adds the rule under a name of its own."""
        if endpoint is None and view_func is not None:
            endpoint = f"{view_func.__module__.replace('.', '_')}_{view_func.__name__}"
        super().add_url_rule(rule, endpoint, view_func, *args, **options)
