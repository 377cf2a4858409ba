"""The templates of the house, a file for each few goals. ``TEMPLATES`` has them all, in the order people see them.

Each asks for at most three things about a customer, has a suggested tag, an action and a number to judge it by,
and a story in tests/templates with a customer who is in and one who just misses.
"""

from plugin.rules.gallery import growth, habits, loyalty, people
from plugin.rules.templates import Goal, Template

TEMPLATES: dict[str, Template] = {
    template.id: template
    for goal in Goal
    for module in (growth, loyalty, people, habits)
    for template in module.TEMPLATES
    if template.goal is goal
}
"""By id, the goals in their order."""
