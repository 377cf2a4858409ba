"""Parts that customers and orders share: places, and lists of texts."""

from typing import Any

from plugin.platforms.given.kinds import Degrees, Part, Text, Truth
from plugin.platforms.given.nested import Many

NONE, NO, NOUGHT = "none", "false", "0"
"""What it means that a key is left out."""


def texts(says: str, **options: Any) -> Many:
    return Many(Text(allow_none=False), says, **options)


class Address(Part):
    """A place. What is left out of it is unknown; coordinates that are left out are none."""

    country = Text("Two letters, as GB.")
    region = Text("With its country, as US-NY.")
    city = Text("The city's name.")
    postcode = Text("The postcode; blanks and case do not matter.")
    latitude = Degrees("Degrees north.", most=90, absent=NONE, allow_none=True)
    longitude = Degrees("Degrees east.", most=180, absent=NONE, allow_none=True)
    default = Truth("Whether it is the default address.", absent="true of the only address, else false")
