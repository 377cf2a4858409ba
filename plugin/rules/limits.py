"""How large a rule may be: far above what people write, far below what could hurt the store."""

from decimal import Decimal

TEXT_LENGTH = 20_000
"""Characters of one rule."""
CONDITIONS = 100
"""Comparisons in one definition, those inside WHERE and MATCHES included."""
DEPTH = 10
"""Levels of AND, OR, NOT, AT LEAST, WHERE, HAVING, AMONG and MATCHES inside one another."""
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

DEGREE_DIGITS = 10
"""After the point of a latitude or longitude: far finer than a house."""
FILTERS = 3
"""Filters inside one another: rows of rows of rows."""
ROWS = 1_000
"""Rows that a slice may take."""
BANDS = 100
"""Bands of a score."""
PERIODS = 1_200
"""How many calendar periods a period may be away, and how many it may have."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
YEARS = 100
"""How far a relative date may reach, either way."""
