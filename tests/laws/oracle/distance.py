"""How far a customer lives from a point."""

import math
from datetime import datetime
from fractions import Fraction

from plugin.rules.tree import Distance, Length
from tests.laws.oracle.attributes import addresses
from tests.laws.oracle.facts import Person, Store
from tests.laws.oracle.truth import MISSING, UNKNOWN

RADIUS_KM = 6371.0088
MILE_KM = 1.609344


def distance(store: Store, person: Person, asked: Distance, t: datetime) -> object:
    """To the default address, or to the nearest of all; missing without coordinates."""
    rows = addresses(store, person, t)
    if rows is None:
        return UNKNOWN
    unit = 1.0 if asked.unit is Length.KM else MILE_KM
    found = [
        great_circle(float(asked.latitude), float(asked.longitude), row.fact.latitude, row.fact.longitude) / unit
        for row in rows
        if (asked.anywhere or row.fact.main) and None not in (row.fact.latitude, row.fact.longitude)
    ]
    return Fraction(min(found)) if found else MISSING


def great_circle(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """In kilometres."""
    one, other = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * RADIUS_KM * math.asin(math.sqrt(half))
