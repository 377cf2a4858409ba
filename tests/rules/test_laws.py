"""Laws of the language over random rules."""

from hypothesis import HealthCheck, given, settings

from plugin.rules.meaning import core
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.tree import Attribute, Matches, Rule
from plugin.rules.walk import walk
from tests.rules.strategies import rules

bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(rules())
@bounded
def test_printing_a_rule_and_parsing_it_again_is_the_identity(rule: Rule) -> None:
    assert parse(print_rule(rule)) == rule


@given(rules())
@bounded
def test_the_core_of_a_rule_has_no_functions_and_no_order_attributes_left(rule: Rule) -> None:
    left = {node for node in walk(core(rule)) if isinstance(node, (Matches, Attribute))}

    assert {node.name for node in left if isinstance(node, Attribute)} <= {
        "customer_added_date",
        "customer_tags",
        "customer_countries",
        "email_subscription_status",
    }
    assert not any(isinstance(node, Matches) for node in left)
