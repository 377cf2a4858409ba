"""How large a rule may be: far above what people write, far below what could hurt the store."""

from decimal import Decimal

TEXT_LENGTH = 20_000
"""Characters of one rule."""
CONDITIONS = 100
"""Comparisons in one definition, those inside WHERE and MATCHES included."""
DEPTH = 10
"""Levels of AND, OR, NOT, WHERE and MATCHES inside one another."""
BRACKETS = 40
"""Brackets inside one another, needless ones included: bounds the parser's own recursion."""
OPERATIONS = 20
"""Signs of arithmetic in one value."""
OPTIONS = 500
"""Values of one IN list, as many as Shopify takes."""
STRING_LENGTH = 500
"""Characters of one quoted text."""
CASES = 50
"""Labels of one tiers segment."""

WHOLE_DIGITS = 16
FRACTION_DIGITS = 4
NUMBER = Decimal(10) ** WHOLE_DIGITS
"""Numbers stay below it: the database keeps amounts as numeric(20,4)."""
ID = 2**63 - 1
"""Ids are bigint."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
YEARS = 100
"""How far a relative date may reach, either way."""
