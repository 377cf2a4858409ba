"""Placements: the one customer group of the store that a customer is in, as far as we put them there.

State, as the outbox: ``wanted`` is the group that our live segments want (none: no group of ours), ``written`` the
group of ours that we put the customer into and have not taken them out of, ``previous`` where they were before.
"""

from sqlalchemy import BigInteger, Boolean, DateTime, Integer, Text

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table

MOMENT = DateTime(timezone=True)

placements = tenant_table(
    "placements",
    ("customer_id",),
    column("customer_id", BigInteger, ID),
    column("wanted", BigInteger, PERSONAL, nullable=True),
    column("wanted_by", BigInteger, PERSONAL, nullable=True),
    column("written", BigInteger, PERSONAL, nullable=True),
    column("previous", BigInteger, PERSONAL, nullable=True),
    column("held_by", BigInteger, PERSONAL, nullable=True),
    column("held_name", Text, PERSONAL, nullable=True),
    column("unsure", Boolean, NONE, server_default="false"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("caused_at", MOMENT, NONE, nullable=True),
    column("cause", Text, NONE, server_default=""),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    index("ix_placements_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    index("ix_placements_held", "held_by", postgresql_where="held_by IS NOT NULL"),
)

leavable = tenant_table(
    "leavable",
    ("group_id",),
    column("group_id", BigInteger, NONE),
    column("name", Text, NONE),
    column("allowed_at", MOMENT, NONE, server_default="now()"),
)
"""Groups of the merchant's that customers may be taken out of, because the store's people said so."""
