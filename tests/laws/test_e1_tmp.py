import os, random
import psycopg
from plugin.engine.errors import EngineError
from plugin.rules.segment import rules_of
from plugin.rules.print import print_rule
from tests.laws.asking import Case, answered, broken, pairs, story
from tests.laws.test_agreement import some_segments, MOMENTS
from tests.laws.worlds import a_world
from tests.laws.shrinking import shrunk
from tests.laws.conftest import door  # noqa

FIRST=int(os.environ["LAWS_FIRST"]); STORES=int(os.environ["LAWS_STORES"])
def test_it(door):
    n=0
    shown=0
    for seed in range(FIRST, FIRST+STORES):
        chance = random.Random(f"rules {seed}")
        world = a_world(seed)
        segments = some_segments(world, chance)
        case = Case(world, segments, pairs(chance, world, segments, MOMENTS))
        try:
            wrong={}
            for each in answered(door, case):
                n+=1
                if each.found != each.expected: wrong.setdefault(each.name, each)
        except (psycopg.Error, EngineError, TypeError) as e:
            print("ERR", seed, type(e), str(e)[:400])
            for failed in broken(door, case):
                print("BROKEN", story(*failed)[:1500])
            continue
        for one in wrong.values():
            s=segments[one.name]
            txt=" | ".join(print_rule(r) for _,r in rules_of(s.definition))
            print("WRONG", seed, one.name, one.found, one.expected, txt[:600])
            if not any(w in txt for w in ("previous(","changed(","income IS","NOT STARTS","NOT ENDS","NOT CONTAINS","education IS","occupation IS","gender IS")) and shown<4:
                shown+=1
                print(story(*shrunk(door, case, one))[:3000])
    print("answers", n)
