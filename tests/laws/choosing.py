"""Random segments of a store."""

import random
from itertools import islice

from plugin.rules.segment import Case, OneRule, Tiers
from tests.laws.coverage import constructs
from tests.laws.drawing import Drawing
from tests.laws.oracle import Segment
from tests.laws.worlds import World


def some_segments(world: World, chance: random.Random, count: int = 40) -> dict[str, Segment]:
    """Rules and tiers, of which the later may ask for the earlier."""
    plain = Drawing(chance, world.center)
    found = {f"s{k}": Segment(OneRule(plain.rule())) for k in range(count * 3 // 4)}
    asking = Drawing(chance, world.center, tuple(found))
    while len(found) < count:
        if len(found) % 2:
            cases = tuple(Case(label, asking.rule()) for label in ("gold", "silver"))
            segment = Segment(Tiers(cases, chance.choice([None, "none"])))
        else:
            segment = Segment(OneRule(asking.rule()))
        found[f"s{len(found)}"] = segment
    return found


def segments_with(world: World, chance: random.Random, wanted: frozenset[str], count: int) -> dict[str, Segment]:
    """Rules in which one of these constructs takes part, as many as are soon found."""
    drawing = Drawing(chance, world.center)
    drawn = (drawing.rule() for _ in range(1_500))
    rules = islice((rule for rule in drawn if constructs(rule) & wanted), count)
    return {f"s{k}": Segment(OneRule(rule)) for k, rule in enumerate(rules)}
