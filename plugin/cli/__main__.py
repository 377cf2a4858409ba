"""``python -m plugin.cli`` is the ``regulars`` command."""

from plugin.cli.group import main

if __name__ == "__main__":
    main(prog_name="regulars")
