"""The ``regulars`` command: one file per noun. It wires flows to a terminal; it decides nothing itself.

``group`` holds the table of commands, ``doors`` opens what they need, ``speak`` prints. A command's
module is imported when that command runs, so that ``regulars migrate`` does not wait for the others.
"""

from plugin.cli.group import main

__all__ = ["main"]
