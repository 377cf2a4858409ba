"""What is said of a customer with a date: consents, addresses, attributes, as they stood at a moment.

Each value is read once for an asked row (alias p) as a list of texts: its type, then the value's own texts;
null where nothing was ever said. ``previous`` is the newest that differs from the current one, ``changed``
the moment since which the current one has stood.
"""

from dataclasses import dataclass

from plugin.domain.facts import ValueType

ADDRESS_LISTS = {
    "customer_countries": "SELECT unnest(y.country)",
    "customer_regions": "SELECT unnest(y.region)",
    "customer_cities": """SELECT w.t FROM unnest(y.region, y.city) u(region, city)
      CROSS JOIN LATERAL (VALUES (u.city), (u.region || '-' || replace(u.city, ' ', ''))) w(t)""",
}
"""Of a snapshot (alias y): the elements. A city is found by its name and by Shopify's code (US-NY-NewYorkCity)."""
MAIN_ADDRESS = {name: f"y.{name}[y.main]" for name in ("country", "region", "city", "postcode")}
_CONSENTS = {
    f"{channel}_{name}": (channel, column)
    for channel in ("email", "sms")
    for name, column in (("subscription_status", "state"), ("opt_in_level", "level"))
}
CONSENT_DATES = {f"{channel}_subscription_date": channel for channel in ("email", "sms")}
ADDRESSES = frozenset({*ADDRESS_LISTS, *MAIN_ADDRESS})
CONSENTS = frozenset({*_CONSENTS, *CONSENT_DATES})

FROM_ADDRESSES = """addresses y WHERE y.store_id = %(store)s AND y.customer_id = p.customer_id AND y.at <= p.as_of"""


@dataclass(frozen=True, slots=True)
class History:
    """Dated values of one name: ``value`` (text[]) of rows of ``source``, the newest last by ``at`` and ``tie``."""

    value: str
    source: str
    tie: str

    @property
    def current(self) -> str:
        """The newest, as one value."""
        return f"(SELECT {self.value} FROM {self.source} {self._newest} LIMIT 1)"

    @property
    def current_since(self) -> str:
        """When the newest was said."""
        return f"(SELECT y.at FROM {self.source} {self._newest} LIMIT 1)"

    @property
    def previous(self) -> str:
        """The newest that differs from the current one."""
        return f"(SELECT {self.value} FROM {self.source} AND {self._differs} {self._newest} LIMIT 1)"

    @property
    def changed(self) -> str:
        """When the first of those came that have been the same ever since; null: nothing was ever said."""
        before = f"(SELECT y.at FROM {self.source} AND {self._differs} {self._newest} LIMIT 1)"
        return f"""(SELECT min(y.at) FROM {self.source} AND NOT {self._differs}
      AND y.at >= coalesce({before}, '-infinity'))"""

    @property
    def _newest(self) -> str:
        return f"ORDER BY y.at DESC, {self.tie} DESC"

    @property
    def _differs(self) -> str:
        return f"({self.value}) IS DISTINCT FROM {self.current}"


def history(name: str, folded: bool, placeholder: str) -> History:
    """Where the values of that name are kept; ``placeholder``: SQL for the name."""
    if name in ADDRESS_LISTS:
        listed = f"ARRAY(SELECT DISTINCT t FROM ({ADDRESS_LISTS[name]}) e(t) WHERE t IS NOT NULL ORDER BY t)"
        return History(f"ARRAY['{ValueType.LIST}'] || {listed}", FROM_ADDRESSES, "y.digest")
    if name in MAIN_ADDRESS:
        return History(f"ARRAY['{ValueType.TEXT}', {MAIN_ADDRESS[name]}]", FROM_ADDRESSES, "y.digest")
    if name in CONSENTS:
        channel, column = _CONSENTS.get(name, (CONSENT_DATES.get(name), "state"))
        source = f"""consents y WHERE y.store_id = %(store)s AND y.customer_id = p.customer_id
      AND y.channel = '{channel}' AND y.at <= p.as_of"""
        return History(f"ARRAY['{ValueType.TEXT}', y.{column}]", source, "y.state")
    source = f"""attributes y WHERE y.store_id = %(store)s AND y.customer_id = p.customer_id
      AND y.name = {placeholder} AND y.at <= p.as_of"""
    return History(f"ARRAY[y.type] || y.{'folded' if folded else 'value'}", source, "y.digest")


def distance(latitude: str, longitude: str, anywhere: bool) -> str:
    """Kilometres (a float) to the default address or the nearest of all, on a sphere of 6,371.0088 km."""
    here = f"radians({latitude}::float8), radians({longitude}::float8)"
    chosen = "" if anywhere else " AND u.number = s.main"
    return f"""(SELECT min(2 * 6371.0088 * asin(least(1, sqrt(
        sin((h.lat - radians(u.lat)) / 2) ^ 2
        + cos(h.lat) * cos(radians(u.lat)) * sin((h.lon - radians(u.lon)) / 2) ^ 2))))
      FROM (SELECT y.latitude, y.longitude, y.main FROM {FROM_ADDRESSES}
        ORDER BY y.at DESC, y.digest DESC LIMIT 1) s
      CROSS JOIN LATERAL unnest(s.latitude, s.longitude) WITH ORDINALITY u(lat, lon, number)
      CROSS JOIN (SELECT {here}) h(lat, lon)
      WHERE u.lat BETWEEN -90 AND 90 AND u.lon BETWEEN -180 AND 180{chosen})"""
