"""What a rule may ask at a BigCommerce store: what has no source is not offered, what is rare is read only if asked."""

from urllib.parse import parse_qs

import pytest

from plugin.db import optional
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId
from plugin.flow.optional import read_optional
from plugin.flow.plan import go_live, plan
from plugin.flow.save import delete, save
from plugin.platforms.bigcommerce.translate import UNTOLD
from plugin.rules.parse import parse
from plugin.rules.problems import RuleError
from plugin.rules.reads import spoken
from tests.flow.bigcommerce.panel import Panel


def draft(rule: str) -> dict[str, object]:
    return {"name": "A draft", "definition": {"kind": "rule", "rule": rule}, "outputs": {}}


def checked(panel: Panel, token: str, definition: object) -> list[str]:
    """What is wrong with it."""
    body = {"name": "A draft", "definition": definition, "outputs": {}}
    problems = panel.send(token, "POST", "/rules/check", body).json()["problems"]
    return [each["message"] for each in problems if "does not exist" not in each["message"]]


def test_every_word_that_is_offered_can_be_used_and_has_something_to_say(installed: Panel) -> None:
    token = installed.load().token

    offered = [each["example"] for each in installed.ask(token, path="/rules/vocabulary").json()["words"]]

    assert len(offered) > 20
    assert [(each, wrong) for each in offered if (wrong := checked(installed, token, draft(each)["definition"]))] == []
    assert not any(UNTOLD & {*spoken(parse(each))} for each in offered)
    assert "count(lines WHERE category CONTAINS 'Shoes') >= 1" in offered


def test_templates_that_have_nothing_to_go_by_are_left_out_and_others_say_what_they_lack(installed: Panel) -> None:
    token = installed.load().token
    goals = installed.ask(token, path="/templates").json()["goals"]

    by_id = {each["id"]: each for goal in goals for each in goal["templates"]}

    assert "by-value" not in by_id  # It asks for tags of products.
    assert "survey answers" in by_id["said-in-survey"]["lacks"]
    ready = [each for each in by_id.values() if each["lacks"] is None]
    assert len(ready) > 20
    assert [(each["id"], wrong) for each in ready if (wrong := checked(installed, token, each["definition"]))] == []


def test_whoever_asks_for_what_nobody_tells_is_advised(installed: Panel) -> None:
    token = installed.load().token

    advice = installed.send(token, "POST", "/rules/check", draft("any(orders WHERE staff = 'Kim')")).json()["advice"]

    assert [each["message"] for each in advice] == [
        "This store's platform tells nothing of `orders.staff`: nobody is decided by it."
    ]


def asked_for(panel: Panel) -> set[str]:
    """Of which statuses orders were listed, and what of customers besides was read."""
    said = [parse_qs(str(each["query"])) for each in panel.control("GET", "/calls?limit=500")]
    lists = {status for each in said for status in each.get("status_id", ())}
    return lists | {"credits" for each in said if "storecredit" in each.get("include", ())}


NEEDS = {
    "count(checkouts) >= 1": ("checkouts", "0"),
    "count(disputed orders) >= 1": ("disputes", "13"),
    "any(credits WHERE balance >= 5)": ("credits", "credits"),
}


def test_what_is_rare_is_read_only_while_a_rule_asks_for_it(installed: Panel) -> None:
    house, store = installed.house, installed.id
    buyer = installed.control("GET", "/customers")[0]["id"]
    line = {"name": "A vase", "price": 20, "quantity": 1}
    for status in (0, 13):
        installed.control("POST", "/orders", {"customer_id": buyer, "status_id": status, "lines": [line]})
    installed.hear()
    assert asked_for(installed) == set()

    for rule, (name, call) in NEEDS.items():
        segment = SegmentId(installed.segment(name, rule))
        with pytest.raises(Invalid, match="We still read"):
            go_live(house, store, segment)
        while read_optional(house, store):
            installed.absorb()
        assert call in asked_for(installed), rule
        while plan(house, store):
            pass
        go_live(house, store, segment)
        with house.database.store(store) as tx:
            assert optional.names(tx) == {name}
        delete(house, store, segment)
        with house.database.store(store) as tx:
            assert optional.names(tx) == set()


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("count(events WHERE name = 'opened') >= 1", "events such as opened mails"),
        ("companies CONTAINS 'Acme'", "the companies customers buy for"),
        ("product_subscription_status = 'ACTIVE'", "customers' product subscriptions"),
    ],
)
def test_what_nobody_tells_is_refused_with_the_reason(installed: Panel, rule: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        save(installed.house, installed.id, "Nobody", {"kind": "rule", "rule": rule}, {}, "1")
