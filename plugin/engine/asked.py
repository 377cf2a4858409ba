"""The relation a plan is driven by: which customers, each as of which moment.

``n`` numbers the rows (a customer asked at several moments has several); ``prior`` brings the states of
two-sided segments along, one character each, ``past`` what was before (plugin/engine/past.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.domain.ids import CustomerId

CUSTOMERS = """WITH asked AS MATERIALIZED (
  SELECT id AS n, id AS customer_id, %(as_of)s::timestamptz AS as_of, ''::text AS prior
  FROM unnest(%(ids)s::bigint[]) id)"""
EVERYONE = """WITH asked AS NOT MATERIALIZED (
  SELECT id AS n, id AS customer_id, %(as_of)s::timestamptz AS as_of, ''::text AS prior
  FROM customers WHERE store_id = %(store)s AND id BETWEEN %(first)s AND %(last)s)"""
MOMENTS = """WITH asked AS MATERIALIZED (
  SELECT n, id AS customer_id, as_of, prior
  FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[], %(priors)s::text[]) WITH ORDINALITY t(id, as_of, prior, n))"""
REMEMBERED = """WITH asked AS MATERIALIZED (
  SELECT n, id AS customer_id, as_of, prior, past
  FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[], %(priors)s::text[], %(pasts)s::text[])
    WITH ORDINALITY t(id, as_of, prior, past, n))"""

LOWEST, HIGHEST = CustomerId(-(2**63)), CustomerId(2**63 - 1)


@dataclass(frozen=True)
class Asked:
    """Made by ``customers``, ``everyone`` or ``moments``."""

    relation: str
    as_of: datetime | None
    ids: Sequence[CustomerId] = ()
    at: Sequence[datetime] = ()
    priors: Sequence[str] = ()
    pasts: Sequence[str] = ()
    first: CustomerId = LOWEST
    last: CustomerId = HIGHEST
    """Of everyone, those from the one to the other, both included."""

    @staticmethod
    def customers(ids: Sequence[CustomerId], as_of: datetime) -> "Asked":
        """These customers, all as of one moment."""
        return Asked(CUSTOMERS, as_of, sorted(set(ids)))

    @staticmethod
    def everyone(as_of: datetime, first: CustomerId = LOWEST, last: CustomerId = HIGHEST) -> "Asked":
        """Every customer of the store (with an id from ``first`` to ``last``) as of one moment."""
        return Asked(EVERYONE, as_of, first=first, last=last)

    @staticmethod
    def moments(
        pairs: Sequence[tuple[CustomerId, datetime]], priors: Sequence[str] = (), pasts: Sequence[str] = ()
    ) -> "Asked":
        """Each customer as of the moment beside it, with what was before (plugin/engine/replay.py)."""
        ids, at = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        return Asked(REMEMBERED if any(pasts) else MOMENTS, None, ids, at, priors or [""] * len(ids), pasts)

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is named."""
        return self.relation is EVERYONE

    def parameters(self) -> dict[str, Any]:
        """What the relation is executed with."""
        if self.as_of is None:
            kept = {"ids": list(self.ids), "moments": list(self.at), "priors": list(self.priors)}
            return {**kept, "pasts": list(self.pasts)} if self.relation is REMEMBERED else kept
        some = {"first": self.first, "last": self.last} if self.is_everyone else {"ids": list(self.ids)}
        return {"as_of": self.as_of, **some}
