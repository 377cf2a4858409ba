"""Channels are words of ours

The platform's own word for where an order was bought becomes one of ours, in orders and in the rules that ask for
it. What ours do not say stands as the order's app, unless that is known; a rule that asked for it asks for the app.

Revision ID: 0005
Revises: 0004
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OURS = ["web", "pos", "mobile", "draft", "marketplace", "social", "subscription", "import", "other"]
KNOWN = {
    **{word: word for word in OURS},
    **dict.fromkeys(("580111", "buy_button"), "web"),
    "129785": "pos",
    **dict.fromkeys(("iphone", "ipad", "android", "mobile_app"), "mobile"),
    "shopify_draft_order": "draft",
    **dict.fromkeys(("subscription_contract", "subscription_contract_checkout_one"), "subscription"),
}
BRANDS = {
    **dict.fromkeys(("amazon", "ebay", "etsy", "walmart", "zalando", "otto", "bol"), "marketplace"),
    **dict.fromkeys(("facebook", "instagram", "tiktok", "pinterest", "snapchat", "youtube"), "social"),
}
ASKED = re.compile(r"\b((?:order\.)?)channel (!=|=|NOT IN|IN) (\((?:'(?:[^'\\]|\\.)*'(?:, )?)+\)|'(?:[^'\\]|\\.)*')")
WORD = re.compile(r"'((?:[^'\\]|\\.)*)'")


def ours(raw: str) -> str:
    """Our word for the platform's."""
    word = raw.strip().casefold().removeprefix("channel:")
    return KNOWN.get(word) or BRANDS.get(re.split("[-_]", word)[0], "other")


def told(rule: str) -> str:
    """The text of a rule with our words."""
    return ASKED.sub(_told, rule)


def _told(asked: re.Match[str]) -> str:
    order, operator, listed = asked.groups()
    negated = operator in ("!=", "NOT IN")
    words = WORD.findall(listed)
    ids = [word for word in words if word.isdecimal() and word not in KNOWN]
    apps = [word for word in words if ours(word) == "other" and word != "other" and word not in ids]
    known = list(dict.fromkeys(ours(word) for word in words if word not in ids and word not in apps))
    sets = (
        ("channel", [f"'{word}'" for word in known]),
        ("app", [f"'{word.casefold()}'" for word in apps]),
        ("app_id", ids),
    )
    parts = [f"{order}{name} {_among(some)}" for name, some in sets if some]
    if not negated:
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
    # An order of a known channel may have no app at all, which satisfies no comparison.
    kept = [f"{order}channel {_among(sets[0][1], 'NOT ')}" if known else f"{order}channel IS NOT NULL"]
    kept += [f"NOT ({part})" for part in parts if not part.startswith(f"{order}channel")]
    return kept[0] if len(kept) == 1 else f"({' AND '.join(kept)})"


def _among(some: list[str], negation: str = "") -> str:
    if len(some) == 1:
        return f"{'!=' if negation else '='} {some[0]}"
    return f"{negation}IN ({', '.join(some)})"


def rewritten(plain: Any) -> Any:
    """The same JSON with our words in its rules."""
    if isinstance(plain, dict):
        return {key: rewritten(value) for key, value in plain.items()}
    if isinstance(plain, list):
        return [rewritten(value) for value in plain]
    return told(plain) if isinstance(plain, str) else plain


def upgrade() -> None:
    connection = op.get_bind()
    for table in ("orders", "segment_versions"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")  # The rows of every store.
    for (raw,) in connection.execute(sa.text("SELECT DISTINCT channel FROM orders WHERE channel IS NOT NULL")).all():
        if ours(raw) == raw:
            continue
        name = "app_id" if raw.isdecimal() else "app"
        free = "" if raw in KNOWN else f", {name} = CASE WHEN app IS NULL AND app_id IS NULL THEN :raw ELSE {name} END"
        update = sa.text(f"UPDATE orders SET channel = :ours{free} WHERE channel = :raw")
        connection.execute(update, {"ours": ours(raw), "raw": raw})
    found = connection.execute(sa.text("SELECT store_id, segment_id, version, definition FROM segment_versions")).all()
    for store, segment, version, definition in found:
        new = rewritten(definition)
        if new != definition:
            update = sa.text(
                "UPDATE segment_versions SET definition = :new"
                " WHERE store_id = :store AND segment_id = :segment AND version = :version"
            ).bindparams(sa.bindparam("new", type_=sa.JSON()))
            connection.execute(update, {"new": new, "store": store, "segment": segment, "version": version})
    for table in ("orders", "segment_versions"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Nothing: our words are understood by what was before."""
