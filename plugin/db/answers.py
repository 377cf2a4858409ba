"""Answers to questions: what a customer chose, rated or wrote, and when. They never change."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Numeric, Text

from plugin.db.packing import digest, folded, packed_folded, packed_with_gaps
from plugin.db.schema import ID, NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import AnswerGiven
from plugin.domain.text import fold

answers = tenant_table(
    "answers",
    ("customer_id", "question", "at", "digest"),
    column("customer_id", BigInteger, ID),
    column("question", Text, PERSONAL),
    column("at", DateTime(timezone=True), PERSONAL),
    column("digest", LargeBinary, NONE),
    column("choices", ARRAY(Text), PERSONAL),
    column("number", Numeric(20, 4), PERSONAL, nullable=True),
    column("text", Text, PERSONAL, nullable=True),
    column("other", Text, PERSONAL, nullable=True),
)


def put(tx: Transaction, given: Sequence[AnswerGiven]) -> None:
    """The answers stand, folded as rules compare them."""
    choices = [packed_folded(sorted(each.choices)) for each in given]
    texts = [(folded(each.text), folded(each.other)) for each in given]
    tx.execute(
        """INSERT INTO answers (store_id, customer_id, question, at, digest, choices, number, text, other)
           SELECT %s, customer_id, question, at, digest, string_to_array(choices, E'\\x1f'), number, text, other
           FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::bytea[], %s::text[], %s::numeric[], %s::text[], %s::text[])
             AS t(customer_id, question, at, digest, choices, number, text, other) ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            [each.customer_id for each in given],
            [fold(each.question) for each in given],
            [each.at for each in given],
            [
                digest(packed_with_gaps([chosen, each.number, *said]))
                for each, chosen, said in zip(given, choices, texts, strict=True)
            ],
            choices,
            [each.number for each in given],
            [text for text, _ in texts],
            [other for _, other in texts],
        ),
    )
