"""What rules mean, spelt out slowly: one customer, one moment, facts in memory, no SQL, no cleverness.

Written from the meaning of rules (docs/rules.md, docs/measures.md), not from the engine, over the rule as
it was read, before anything is said in simpler terms. Numbers are fractions. To be read in this order:

truth       yes, no, cannot know; missing and unknown values
days        local days, calendar periods, dates that move, how dates compare
texts       when two texts are the same
facts       what the oracle is told
rows        a row; orders, lines, others: its fields, and the states of orders
collected   all rows of a customer
known       what can be known at a moment
attributes  what is said of a customer, and what was said before; tags, distance
aggregates  one value from many rows
comparing   two values side by side
matches     Shopify's functions
population  relative to the store
history     every moment of possible change; two-sided segments
segments    labels, pins, when somebody entered or left
oracle      rules and values, calling on all of these
"""

from tests.laws.oracle.days import TICK, add, midnight
from tests.laws.oracle.facts import Person, Pin, Segment, Store
from tests.laws.oracle.history import BEGINNING, every_node, grace_end
from tests.laws.oracle.oracle import Oracle
from tests.laws.oracle.segments import label
from tests.laws.oracle.truth import MISSING, UNKNOWN, Nothing, Truth3

__all__ = [
    "BEGINNING",
    "MISSING",
    "TICK",
    "UNKNOWN",
    "Nothing",
    "Oracle",
    "Person",
    "Pin",
    "Segment",
    "Store",
    "Truth3",
    "add",
    "every_node",
    "grace_end",
    "label",
    "midnight",
]
