"""Rolls: what an attribute or a native segment of the store says of the customers of one of our segments.

State, as the outbox: ``wanted`` is what is to be said of the customer (none: nothing), ``written`` what we wrote last.
"""

from sqlalchemy import BigInteger, Boolean, DateTime, Integer, Text

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table

MOMENT = DateTime(timezone=True)

rolls = tenant_table(
    "rolls",
    ("customer_id", "segment_id", "kind", "label"),
    column("customer_id", BigInteger, ID),
    column("segment_id", BigInteger, NONE),
    column("kind", Text, NONE),
    column("label", Text, PERSONAL),
    column("wanted", Text, PERSONAL, nullable=True),
    column("written", Text, PERSONAL, nullable=True),
    column("unsure", Boolean, NONE, server_default="false"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("caused_at", MOMENT, NONE, nullable=True),
    column("cause", Text, NONE, server_default=""),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    index("ix_rolls_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    index("ix_rolls_segment", "segment_id", "kind", "label"),
)
