"""The eleven groups of RFM: one table from the scores to a group, for the engine, the docs and whoever checks us.

Each score is 1 to 5, 5 is best. FM is the whole part of (frequency + monetary) / 2. The names are Shopify's
(``rfm_group``); Shopify does not publish its own table, so a customer's group there may differ.
"""

from enum import StrEnum


class Group(StrEnum):
    """From the best to those who never bought."""

    CHAMPIONS = "CHAMPIONS"
    LOYAL = "LOYAL"
    ACTIVE = "ACTIVE"
    NEW = "NEW"
    PROMISING = "PROMISING"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"
    AT_RISK = "AT_RISK"
    PREVIOUSLY_LOYAL = "PREVIOUSLY_LOYAL"
    ALMOST_LOST = "ALMOST_LOST"
    DORMANT = "DORMANT"
    PROSPECTS = "PROSPECTS"
    """No counted order (in the window, if there is one): no scores either."""


BANDS = 5
"""Scores go from 1 to this."""

TABLE: dict[int, tuple[Group, Group, Group, Group, Group]] = {
    #   FM = 1                  2                      3                      4                       5
    5: (Group.NEW, Group.ACTIVE, Group.ACTIVE, Group.CHAMPIONS, Group.CHAMPIONS),
    4: (Group.PROMISING, Group.ACTIVE, Group.ACTIVE, Group.LOYAL, Group.LOYAL),
    3: (Group.PROMISING, Group.NEEDS_ATTENTION, Group.NEEDS_ATTENTION, Group.LOYAL, Group.LOYAL),
    2: (Group.ALMOST_LOST, Group.ALMOST_LOST, Group.AT_RISK, Group.AT_RISK, Group.PREVIOUSLY_LOYAL),
    1: (Group.DORMANT, Group.DORMANT, Group.AT_RISK, Group.PREVIOUSLY_LOYAL, Group.PREVIOUSLY_LOYAL),
}
"""By recency: the group for FM = 1, 2, 3, 4, 5."""


def group(recency: int, frequency: int, monetary: int) -> Group:
    """The group of a customer with these scores."""
    return TABLE[recency][(frequency + monetary) // 2 - 1]
