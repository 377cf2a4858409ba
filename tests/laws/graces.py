"""How long a member of a two-sided segment may fail to stay."""

from plugin.rules.tree import Duration, Unit

GRACES = (
    Duration(0, Unit.DAY),
    Duration(1, Unit.DAY),
    Duration(3, Unit.DAY),
    Duration(2, Unit.WEEK),
    Duration(12, Unit.HOUR),
    Duration(90, Unit.MINUTE),
)
