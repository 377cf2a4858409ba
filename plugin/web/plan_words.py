"""What is said of plans: what a store has, how it stands to it, what happens next. Prices are the platform's words."""

from datetime import datetime, tzinfo
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from plugin.db.entitlements import Entitled
from plugin.domain.allowance import Allowance, PricingPlan, Standing
from plugin.platforms.base import Paying
from plugin.platforms.manifest import Price
from plugin.rules.speak import Speaker, mark
from plugin.web.words import say

COUNTED = mark(
    "Counted is every customer in your store, whether they have bought or not. Customers you delete, and records you "
    "merge into another, no longer count."
)
FREE_FOR_ALL = mark("Whatever your plan: you can always look at, count and export everything, and remove the app.")
SIZES = {
    True: mark("For up to {limit} customers"),
    False: mark("For any number of customers"),
}
INCLUDES = {
    "rules": mark("every rule and template, as many segments as you like"),
    "live": mark("tags within seconds of a purchase"),
    "history": mark("your store's history, read at no extra cost"),
    "outputs": mark("everything segments can write to your store"),
    "export": mark("explanations and exports"),
}
"""What a plan includes, by the words of manifest.json."""
EVERY = {
    "30 days": mark("{amount} every 30 days"),
    "month": mark("{amount} a month"),
    "quarter": mark("{amount} every three months"),
    "half-year": mark("{amount} every six months"),
    "year": mark("{amount} a year"),
}
TRIAL = mark("Free for a store's first {days} days with a plan")
BILLED = {
    True: mark(
        "Prices stand on {platform}'s page. {platform} bills them together with your store; you can change or cancel "
        "there at any time."
    ),
    False: mark(
        "{platform} bills a plan together with your store, once you agree on its page; then it can take minutes until "
        "the plan shows here. You can change or cancel here at any time; what is paid is good to its end."
    ),
}
"""By whether the platform has a page of plans."""
LEAVING_TRIAL = mark(
    "A plan can't be changed during its free trial. The trial of {plan} ends at once, for good, and {platform} then "
    "asks you to agree to {other}. Days of the trial that are left count for that. Until you agree, your store has the "
    "plan {free}."
)
ENDING_TRIAL = mark(
    "The free trial of {plan} ends at once and costs nothing. Your store has the plan {free} then. Nothing in your "
    "store is taken away."
)
CANCELLING = mark(
    "You keep {plan} until the end of what is paid, and pay nothing more. From then on your store has the plan {free}. "
    "Nothing in your store is taken away."
)
NOTHING_PAID = mark("Free")
STATES = {
    Paying.TRIAL: mark("Your free trial ends on {day}."),
    Paying.ACTIVE: mark("It renews on {day}."),
    Paying.ENDING: mark("It is cancelled and ends on {day}. Your store has the free plan from then on."),
    Paying.FROZEN: mark(
        "Your plan is on hold because a bill at {platform} is unpaid. It is back as soon as that is paid."
    ),
}
NEXT = mark("It changes to {plan} on {day}.")
STANDINGS = {
    Standing.WITHIN: mark("Your store has {customers} of {limit} customers."),
    Standing.OVER: mark(
        "Your store has {customers} customers, and this plan is for {limit}. Everything goes on until {day}. From then "
        "on tags stay as they are, until you change plan or have fewer customers. No tag is taken away because of it."
    ),
    Standing.PAUSED: mark(
        "Your store has {customers} customers, and this plan is for {limit}. Since {day} tags stay as they are. They "
        "are brought up to date by themselves once you change plan or have fewer customers."
    ),
}
UNLIMITED = mark("Your store has {customers} customers, and this plan is for any number.")
NOT_KNOWN = mark("We have not heard from {platform} yet which plan your store has. Until then nothing is limited.")
OWN = mark("A plan of your own")
PROBLEMS = {
    "plan_over": (
        mark("Your store has {customers} customers; the plan {plan} is for {limit}"),
        mark(
            "Nothing changes before {until}. From then on tags stay as they are; none is taken away. Choose a larger "
            "plan and everything goes on as before."
        ),
    ),
    "plan_paused": (
        mark("Tags stand still: your store has {customers} customers, the plan {plan} is for {limit}"),
        mark(
            "Tags in your store stay as they are since {until}. Segments are still worked out, and you can look at, "
            "count and export everything. Choose a larger plan and tags are brought up to date by themselves."
        ),
    ),
}
"""Title and what to do, of the problems that only plans have."""


def day(moment: datetime, zone: tzinfo) -> str:
    """The store's own day of this moment."""
    return format_date(moment.astimezone(zone).date(), "long", locale=Speaker().locale)


def name(plan: PricingPlan | None, row: Entitled | None) -> str:
    """What the plan is called: its name, or that nobody but this merchant has it; empty while it is not known."""
    if plan is not None:
        return plan.name
    return "" if row is None or row.read_at is None else say(OWN)


def size(limit: int | None) -> str:
    """For how many customers a plan is."""
    return say(SIZES[limit is not None]).format(limit=_number(limit))


def price(row: Entitled) -> str:
    """What the platform says it charges; empty where it says no fixed sum."""
    if row.amount is None or row.currency is None or row.every not in EVERY:
        return ""
    if not row.amount:
        return say(NOTHING_PAID)
    return _each(row.amount, row.currency, row.every)


def costs(price: Price | None) -> str:
    """What a plan costs where we name the price; empty where the platform does."""
    if price is None:
        return ""
    return _each(price.usd, "USD", price.every) if price.usd else say(NOTHING_PAID)


def tried(price: Price | None) -> str:
    """How long a plan may be tried; empty where we do not say."""
    return say(TRIAL).format(days=_number(price.trial_days)) if price and price.trial_days else ""


def billed(has_page: bool) -> str:
    """Who bills plans, and where they are changed."""
    return say(BILLED[has_page])


def ending(row: Entitled, plan: str, free: str) -> str:
    """What cancelling does."""
    text = ENDING_TRIAL if row.state == Paying.TRIAL else CANCELLING
    return say(text).format(plan=plan or say(OWN), free=free)


def leaving_trial(plan: str, other: str, free: str) -> str:
    """What choosing another plan does during a trial."""
    return say(LEAVING_TRIAL).format(plan=plan or say(OWN), other=other, free=free)


def state(row: Entitled, next_plan: str | None, zone: tzinfo) -> list[str]:
    """What comes next by what was agreed to, a sentence each."""
    paying = Paying(row.state)
    turning = row.trial_until if paying is Paying.TRIAL else row.renews_at
    said = []
    if paying is Paying.FROZEN or (paying in STATES and turning is not None):
        said.append(say(STATES[paying]).format(day=day(turning, zone) if turning else ""))
    if next_plan and row.renews_at:
        said.append(say(NEXT).format(plan=next_plan, day=day(row.renews_at, zone)))
    return said


def standing(found: Allowance, zone: tzinfo, *, known: bool) -> str:
    """How the store stands to its limit, with numbers and the day on which that matters."""
    if not known:
        return say(NOT_KNOWN)
    if found.limit is None:
        return say(UNLIMITED).format(customers=_number(found.customers))
    return say(STANDINGS[found.standing]).format(
        customers=_number(found.customers),
        limit=_number(found.limit),
        day=day(found.until, zone) if found.until else "",
    )


def problem(code: str, particulars: dict[str, object], zone: tzinfo) -> dict[str, str]:
    """Title and advice of a problem with the plan."""
    until = particulars.get("until")
    parts = {
        "plan": particulars.get("plan") or say(OWN),
        "customers": _number(particulars.get("customers")),
        "limit": _number(particulars.get("limit")),
        "until": day(datetime.fromisoformat(str(until)), zone) if until else "–",
    }
    title, advice = PROBLEMS[code]
    return {"title": say(title).format(**parts), "advice": say(advice).format(**parts)}


def _each(amount: Decimal, currency: str, every: str) -> str:
    said = format_currency(Decimal(amount), currency, locale=Speaker().locale)
    return say(EVERY[every]).format(amount=said)


def _number(value: object) -> str:
    return Speaker().number(value) if isinstance(value, int) else "–"
