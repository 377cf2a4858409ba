"""What people are told: a sentence for each error, HTTP status and problem, translatable by gettext.

A sentence says what happened, to what, and the next step. The platform's own answer is for the log;
where it helps the merchant it stands in quotes behind our sentence.
"""

import gettext as _gettext
from collections.abc import Mapping
from datetime import tzinfo
from http import HTTPStatus
from pathlib import Path
from typing import Any

from plugin.domain.errors import Invalid, RegularsError
from plugin.platforms import TITLES
from plugin.rules.problems import Problem
from plugin.web import here
from plugin.web.label_words import LABELS

_translations = _gettext.translation("regulars", Path(__file__).parent / "translations", ["en"], fallback=True)


def say(text: str) -> str:
    """The text in the visitor's language and their platform's words; ``{platform}`` in it is what they call that."""
    there = here.platform()
    told = _translations.gettext(INSTEAD.get(there.name, {}).get(text, text))
    return told.replace("{platform}", there.title)


def _mark(text: str) -> str:
    """Names the text for the extraction of messages; it is translated when it is said."""
    return text


ERRORS = {
    "not_genuine": _mark("Your session has ended. Reload the page."),
    "store_unknown": _mark("The app isn't set up for this store yet. Reload the page to set it up."),
    "not_found": _mark("This isn't here any more. It may have been deleted; go back to the overview."),
    "file_unusable": _mark("Something in it can't be used, so nothing of it was kept."),
    "rule": _mark("The rule needs a change before it can be used."),
    "too_slow": _mark(
        "Counting took too long and was stopped. Saving works all the same: it counts in the background."
    ),
    "database_unavailable": _mark("Our database can't be reached. Nothing is lost; try again in a minute."),
    "platform": _mark("{platform} doesn't answer. Try again in a minute."),
    "platform_refused": _mark("{platform} refused the connection to this store. Open the app again from your admin."),
    "throttled": _mark("{platform} asks us to slow down. Try again in a minute."),
    "choosing_busy": _mark(
        "{platform} lets the app ask for plans only so often, for all stores together. No plan was ordered; try "
        "again in {minutes} minutes."
    ),
    "choosing_refused": _mark("{platform} doesn't take this order. No plan was ordered, and nothing is owed."),
    "in_trial": _mark("A plan can't be changed during its free trial. End the trial, and choose another plan."),
    "needs_reauthorisation": _mark("{platform} no longer lets us in. Reload the page to connect again."),
    "grant_wanted": _mark("{platform} asks you to agree to what the app may do in your store."),
    "scopes_missing": _mark("Not everything the app needs was allowed. Install it again and agree to all of it."),
    "state_unknown": _mark("We couldn't finish setting up. Nothing was changed; open the app again in a minute."),
    "store_unavailable": _mark("{platform} says that this store can't be reached at the moment. Try again later."),
    "access_denied": _mark(
        "{platform} does not let us read or change this. Look at what the app may do in your store."
    ),
}

STATUSES = {
    HTTPStatus.NOT_FOUND: _mark("There is no such page."),
    HTTPStatus.METHOD_NOT_ALLOWED: _mark("This can't be done here."),
    HTTPStatus.UNPROCESSABLE_ENTITY: _mark("Something in the form is missing or can't be used."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _mark("This is too large to be saved."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _mark("Send this as JSON."),
    HTTPStatus.BAD_REQUEST: _mark("The request can't be read."),
}

INSTEAD = {"bigcommerce": LABELS}
"""What is said on this platform in place of a sentence that is said elsewhere."""

OTHERWISE: dict[str, dict[str, Any]] = {
    "bigcommerce": {
        "not_genuine": _mark("Your session has ended. Open the app again from your control panel."),
        "store_unknown": _mark("The app isn't set up for this store. Install it again from your control panel."),
        "platform_refused": _mark("{platform} refused the connection to this store. Install the app again."),
        "needs_reauthorisation": _mark(
            "{platform} no longer lets us in. Remove the app in your control panel and install it again; your "
            "segments are kept."
        ),
        "needs_authorisation": (
            _mark("{platform} no longer lets us in"),
            _mark("Install the app again from your control panel; your segments are kept."),
        ),
        "access_denied": _mark("{platform} does not let us read or change this. Install the app again to agree anew."),
    }
}
"""What is said on this platform in place of what is said elsewhere, by the code of an error or a problem."""

PROBLEMS = {
    "needs_authorisation": (
        _mark("{platform} no longer lets us in"),
        _mark("Purchases still come in, but tags can't be changed. Reload this page to connect again."),
    ),
    "store_unavailable": (
        _mark("{platform} has closed this store to apps"),
        _mark(
            "We look again once a day. If the store is open, for instance after a bill is paid, reload this page and "
            "we look at once. Nothing is lost."
        ),
    ),
    "access_denied": (
        _mark("{platform} does not let us read or change what your segments need"),
        _mark(
            "Allow it in {platform} under Settings, Apps; then reload this page. We try again once a day. "
            "{platform} says: {reason}"
        ),
    ),
    "delivery_set_aside": (
        _mark("A message from {platform} couldn't be read"),
        _mark("It is kept with its reason until {until}. Look at it under Activity; you can have it tried again."),
    ),
    "deliveries_given_up": (
        _mark("Messages from {platform} that couldn't be read are erased"),
        _mark(
            "How many: {number}. Each was kept for {days} days. What they told is missing, unless the store was "
            "compared with {platform} since, which is done every week."
        ),
    ),
    "segment_stale": (
        _mark("The segment ‘{segment}’ can't be worked out"),
        _mark("Its customers and tags stay as they were. It is tried again every hour; changing its rule helps too."),
    ),
    "ranking_failed": (
        _mark("The store's ranking couldn't be worked out"),
        _mark("Segments that compare customers with the store go by the last one. It is tried again soon."),
    ),
    "plan_failed": (
        _mark("A preview of a segment failed"),
        _mark("Nothing was changed. Save the segment again to have it tried once more."),
    ),
    "subscription_refused": (
        _mark("{platform} refuses to tell us about ‘{subject}’"),
        _mark("Segments may miss these changes. {platform} says: {reason}"),
    ),
    "deliveries_blocked": (
        _mark("{platform} sends us nothing for a while"),
        _mark("Too many messages to us failed. It begins again by itself within minutes; what was missed is read."),
    ),
    "subscription_inactive": (
        _mark("{platform} had stopped telling us about ‘{subject}’"),
        _mark("We switched it on again and are reading what was missed. This notice goes with the next daily check."),
    ),
    "repair_failed": (
        _mark("We couldn't check what {platform} tells us"),
        _mark("Changes may be missed until the next check, within a day. The reason: {reason}"),
    ),
    "panel_refused": (
        _mark("The panel with segments beside each customer is missing"),
        _mark(
            "Everything else works without it. We try again once a day; if it stays so, install the app again from "
            "your control panel and agree to all of it. {platform} says: {reason}"
        ),
    ),
    "messages_stopped": (
        _mark("{platform} has stopped telling us what happens in your store"),
        _mark(
            "We ask {platform} every hour instead and are putting it right. Until then segments can be an hour late."
        ),
    ),
    "messages_missing": (
        _mark("Many messages from {platform} didn't arrive"),
        _mark("{count} were missed. We have read what they were about, and are checking what {platform} tells us."),
    ),
    "reconcile_failed": (
        _mark("We couldn't check whether anything is missing here"),
        _mark("New purchases still come in. It is tried again within an hour. The reason: {reason}"),
    ),
    "reads_late": (
        _mark("{platform} doesn't tell us all we ask about your {what}"),
        _mark("Segments go by what we know of them. We ask again by ourselves, a few at a time. The reason: {reason}"),
    ),
    "history_failed": (
        _mark("The store's history couldn't be read"),
        _mark("Segments wait until it is complete. {platform} says: {reason}"),
    ),
    "write_refused": (
        _mark("A customer's tags couldn't be changed"),
        _mark("{platform} says: {reason}. We try again in an hour, then less and less often."),
    ),
    "tags_taken_away": (
        _mark("Someone keeps removing our tag from a customer"),
        _mark(
            "We gave {tags} back {times} times in a day and then stopped. Look for another app or flow that writes "
            "the customer's whole list of tags, or that removes this one."
        ),
    ),
    "twin_changed": (
        _mark("Somebody changed ‘{segment}’ among {platform}'s own segments"),
        _mark(
            "We leave it as it is now. To have it follow ours again, rename or delete it there and add it here anew."
        ),
    ),
    "twin_gone": (
        _mark("Somebody deleted ‘{segment}’ from {platform}'s own segments"),
        _mark("We leave it so. Add it again on the segment's page if that was a mistake."),
    ),
    "twin_refused": (
        _mark("The {platform} segment ‘{segment}’ can't follow ours"),
        _mark("{platform} says: {reason}. We try again in an hour, then less and less often."),
    ),
    "output_refused": (
        _mark("‘{segment}’ can't show in the {kind} ‘{name}’"),
        _mark("Put right what is in the way, or remove it on the segment's page. The reason: {reason}"),
    ),
    "output_stays": (
        _mark("The {kind} ‘{name}’ couldn't be taken away"),
        _mark("Nobody is written to it any more, and we try again by ourselves. The reason: {reason}"),
    ),
    "output_gone": (
        _mark("Somebody deleted the {kind} ‘{name}’ in {platform}"),
        _mark(
            "‘{segment}’ shows there no longer. If that was a mistake, try again on the segment's page; if not, remove "
            "it there."
        ),
    ),
    "roll_refused": (
        _mark("‘{name}’ couldn't be changed for a customer"),
        _mark("We try again in an hour, then less and less often. The reason: {reason}"),
    ),
    "place_refused": (
        _mark("Customers couldn't be moved into their groups"),
        _mark("We try again in an hour, then less and less often. The reason: {reason}"),
    ),
    "place_matters": (
        _mark("Your group ‘{name}’ does more than show a segment"),
        _mark(
            "Customers who are moved into it or out of it notice: {reasons}. If that is what it is for, all is well; "
            "else change it in {platform}."
        ),
    ),
    "leavable_kept": (
        _mark("Customers are no longer taken out of your group ‘{name}’"),
        _mark("You had allowed it, and by now it is a group that nobody should be taken out of: {reasons}."),
    ),
    "attributes_scarce": (
        _mark("There is little room for more customer attributes"),
        _mark(
            "Your store has {used} of {most}, all apps' together. Delete those that nobody needs before you add more."
        ),
    ),
    "document_refused": (
        _mark("A customer's metafield couldn't be written"),
        _mark("{platform} says: {reason}. We try again in an hour, then less and less often."),
    ),
    "customer_gone": (
        _mark("{platform} doesn't know a customer any more"),
        _mark("Their tags can't be changed. We ask {platform} what became of them; this notice then goes by itself."),
    ),
    "tags_full": (
        _mark("A customer has as many tags as there can be"),
        _mark("Our tag finds no room. Take tags off this customer that nobody needs; we try again every now and then."),
    ),
    "written_too_often": (
        _mark("Another app and we change the same customer's tags"),
        _mark("We stopped for an hour. Look for another app or flow with the same tag, and switch one of them off."),
    ),
    "optional_refused": (
        _mark("{platform} refuses to tell us about {what}"),
        _mark("Segments that ask for it leave customers undecided. {platform} says: {reason}"),
    ),
    "data_requested": (
        _mark("{name} asked what you hold about them"),
        _mark("Download the file and send it to them by {by}. Then say here that it is done."),
    ),
    "data_requested_of_nobody": (
        _mark("A customer asked what you hold about them, and nothing is held here"),
        _mark("{platform} passed on the request of customer {customer}. Tell them so by {by}."),
    ),
    "names_forgotten": (
        _mark("A segment may still name a customer who is to be forgotten"),
        _mark(
            "Everything we knew of them is erased. Look for them in the segment's name, rule, tags and pins. "
            "This notice goes by itself once nothing there names them."
        ),
    ),
}
"""Title and what to do, by the code of plugin.db.problems."""

OUTPUTS = {
    "group": _mark("customer group"),
    "attribute": _mark("customer attribute"),
    "native": _mark("{platform} segment"),
}
"""What a segment shows in, by plugin.db.outputs.Kind."""
OF_AN_OUTPUT = ("output_refused", "output_stays", "output_gone")
"""Problems whose subject begins with the segment's id and the kind (plugin.flow.output.subject)."""


ACCESS = {
    ("read_all_orders",): (
        _mark("All orders, of any age"),
        _mark("Without it {platform} shows us the last 60 days. With it the whole history is read, once."),
    ),
    ("read_customer_merge",): (
        _mark("Which customers were merged"),
        _mark("Orders, answers and tags then follow the person as soon as you merge two customers."),
    ),
    ("read_shopify_payments_disputes",): (
        _mark("Disputed payments"),
        _mark("For rules about customers who dispute what they paid through Shopify Payments."),
    ),
    ("read_store_credit_accounts", "read_store_credit_account_transactions"): (
        _mark("Store credit"),
        _mark("For rules about how much store credit a customer has, and until when."),
    ),
    ("read_own_subscription_contracts",): (
        _mark("Subscriptions"),
        _mark("For rules about customers who subscribed to a product."),
    ),
}
"""Title and what it is for, by the optional scopes of manifest.json that are asked for together."""


def sentence(error: RegularsError) -> str:
    """The error for a person."""
    if isinstance(error, Invalid):
        return say(error.message)
    return say(_of_here(error.code, ERRORS)).replace("{minutes}", str(error.particulars.get("minutes", "")))


def _of_here(code: str, usual: Mapping[str, Any]) -> Any:
    """What is said of the code on the visitor's platform; None for one without words."""
    said = OTHERWISE.get(here.platform().name, {}).get(code)
    fits = said is not None and isinstance(said, str) == (usual is ERRORS)
    return said if fits else usual.get(code)


def over_http(status: HTTPStatus) -> str:
    """The status for a person."""
    return say(STATUSES.get(status, status.phrase + "."))


def unexpected(reference: str) -> str:
    """The apology."""
    text = "Sorry, something went wrong on our side. If it happens again, tell us the number {reference}."
    return say(text).format(reference=reference)


def problem(row: Mapping[str, Any]) -> dict[str, str]:
    """Title and advice for a row of plugin.db.problems; the codes we don't know get the code itself."""
    unknown = (_mark("Something needs a look: {code}"), "")
    title, advice = _of_here(row.get("said_as", row["code"]), PROBLEMS) or unknown
    parts = _Parts(row["particulars"], code=row["code"], subject=row["subject"])
    if row["code"] == "optional_refused":
        parts["what"] = optional(row["subject"])
    if row["code"] == "reads_late":
        parts["what"] = say(THINGS[row["subject"]])
    kind = row["subject"].split()[1:2] if row["code"] in OF_AN_OUTPUT else []
    if kind:
        parts["kind"] = say(OUTPUTS[kind[0]])
    if "{reason}." in advice:
        parts["reason"] = str(parts["reason"]).removesuffix(".")
    return {"title": say(title).format_map(parts), "advice": say(advice).format_map(parts) if advice else ""}


def names_another(text: str) -> bool:
    """Whether the text is about a platform that is not the visitor's: it does not concern them."""
    here_is = here.platform().title
    return any(title in text for title in TITLES if title != here_is)


def erased_version() -> str:
    """What stands instead of an earlier version of a rule that named a forgotten customer."""
    return say("Erased: it named a customer who is forgotten.")


class _Parts(dict[str, Any]):
    """A missing part is a dash, never an exception."""

    def __missing__(self, key: str) -> str:
        return "–"


def problem_of_rule(found: Problem) -> dict[str, Any]:
    """A mistake in a definition with its place: offsets from 0, line and column from 1."""
    return {
        "field": found.field,
        "message": say(found.message),
        "start": found.span.start if found.span else None,
        "end": found.end,
        "line": found.line,
        "column": found.column,
        "expected": list(found.expected),
        "suggestion": found.suggestion,
    }


TOPICS = {
    "orders/create": _mark("An order was placed"),
    "orders/updated": _mark("An order changed"),
    "orders/paid": _mark("An order was paid"),
    "orders/cancelled": _mark("An order was cancelled"),
    "orders/delete": _mark("An order was deleted"),
    "orders/edited": _mark("An order was edited"),
    "orders/fulfilled": _mark("An order was sent"),
    "refunds/create": _mark("A refund was made"),
    "disputes/create": _mark("A payment was disputed"),
    "disputes/update": _mark("A disputed payment moved on"),
    "checkouts/create": _mark("A checkout was begun"),
    "checkouts/update": _mark("A checkout changed"),
    "checkouts/delete": _mark("A checkout was deleted"),
    "customers/create": _mark("A customer was added"),
    "customers/update": _mark("A customer changed"),
    "customers/delete": _mark("A customer was deleted"),
    "customers/enable": _mark("A customer's account was opened"),
    "customers/disable": _mark("A customer's account was closed"),
    "customers/merge": _mark("Two customers became one"),
    "customers/purchasing_summary": _mark("A customer's purchases add up to something else"),
    "customers_email_marketing_consent/update": _mark("A customer chose about e-mail from you"),
    "customers_marketing_consent/update": _mark("A customer chose about text messages from you"),
    "company_contacts/create": _mark("A customer was added to a company"),
    "company_contacts/update": _mark("A company's contact changed"),
    "company_contacts/delete": _mark("A customer was taken off a company"),
    "customer.tags_added": _mark("A customer got a tag"),
    "customer.tags_removed": _mark("A customer lost a tag"),
    "products/create": _mark("A product was added"),
    "products/update": _mark("A product changed or was sold"),
    "products/delete": _mark("A product was deleted"),
    "given/facts": _mark("You told of customers"),
    "app/uninstalled": _mark("The app was removed"),
    "app/scopes_update": _mark("What the app may see or do changed"),
    "shop/update": _mark("Your store's own details changed"),
    "bulk_operations/finish": _mark("{platform} finished a file for us"),
    "app_subscriptions/update": _mark("{platform} told of your plan"),
    "customers/data_request": _mark("A customer asks for their data"),
    "customers/redact": _mark("A customer is to be forgotten"),
    "shop/redact": _mark("The store is to be forgotten"),
    "store/order/created": _mark("An order was placed"),
    "store/order/updated": _mark("An order changed"),
    "store/order/archived": _mark("An order was archived"),
    "store/order/refund/created": _mark("A refund was made"),
    "store/customer/created": _mark("A customer was added"),
    "store/customer/updated": _mark("A customer changed"),
    "store/customer/deleted": _mark("A customer was deleted"),
    "store/customer/address/created": _mark("A customer has one more address"),
    "store/customer/address/updated": _mark("A customer's address changed"),
    "store/customer/address/deleted": _mark("A customer has one address less"),
    "store/product/created": _mark("A product was added"),
    "store/product/updated": _mark("A product changed or was sold"),
    "store/product/deleted": _mark("A product was deleted"),
    "store/subscriber/created": _mark("Somebody agreed to hear from you"),
    "store/subscriber/updated": _mark("Somebody's wish to hear from you changed"),
    "store/subscriber/deleted": _mark("Somebody no longer wants to hear from you"),
    "store/information/updated": _mark("Your store's own details changed"),
    "store/app/uninstalled": _mark("The app was removed"),
    "store/hook/deliveryException": _mark("A message to us failed"),
    "api/customers": _mark("Customers were looked up"),
    "api/orders": _mark("Orders were looked up"),
    "api/refunds": _mark("Refunds were looked up"),
    "api/products": _mark("Products were looked up"),
    "api/subscribers": _mark("Who wants to hear from you was looked up"),
    "api/optional": _mark("More about customers was looked up"),
    "api/checkouts": _mark("Checkouts were looked up"),
    "api/disputes": _mark("Disputed payments were looked up"),
    "api/lines": _mark("Orders were looked up"),
    "export/customers": _mark("Part of the history: customers"),
    "export/orders": _mark("Part of the history: orders"),
    "export/products": _mark("Part of the history: products"),
    "api/gone": _mark("What was deleted was looked up"),
}

SWITCHES = {
    "guest_orders_by_email": (
        _mark("Count guest orders for the customer with the same e-mail address"),
        _mark(
            "Some people buy without signing in. Where exactly one customer has the address of such an order, "
            "the order counts for them. Switching this off takes these orders back out."
        ),
    ),
    "customer_metafield": (
        _mark("Keep each customer's segments in a metafield"),
        _mark(
            "Themes and flows can then see which live segments a customer is in, and since when, without tags. "
            "Switching this off removes the metafield from every customer."
        ),
    ),
}
"""Title and what it does, by the name of each choice in plugin.db.preferences; the page shows them in this order."""

THINGS = {
    "customer": _mark("customers"),
    "order": _mark("orders"),
    "refund": _mark("refunds"),
    "product": _mark("products"),
    "subscriber": _mark("newsletter subscribers"),
}
"""What is read one by one, by plugin.domain.facts.Kind."""

OPTIONAL = {
    "metafields": _mark("the metafield {key}"),
    "predictions": _mark("what {platform} predicts of customers"),
    "subscriptions": _mark("product subscriptions"),
    "credits": _mark("store credit"),
    "companies": _mark("the companies customers buy for"),
    "checkouts": _mark("abandoned checkouts"),
    "disputes": _mark("disputed payments"),
}
"""Data that are read only where a rule asks for them, by their kind."""


def optional(name: str) -> str:
    """The data of this name (plugin/rules/optional.py)."""
    kind, _, key = name.partition(".")
    return say(OPTIONAL[kind]).format(key=key)


GUESTS = {
    (False, False): _mark("It would add {orders} to {customers}."),
    (False, True): _mark("There are no such orders now."),
    (True, False): _mark("{orders} count for {customers} by it."),
    (True, True): _mark("There are no such orders now; new ones will count as they come."),
}
"""What linking guest orders does at a store: by whether it is on, and whether there are none."""
GUESTS_UNDER_WAY = _mark("Your orders are being looked through for it.")


NATIVE = {
    "waits": _mark("It can be added once the first look at all customers is complete."),
    "not": _mark("Give the segment a tag first: its rule can't be said in {platform}'s own words."),
    "rule": _mark("{platform} can have it too, for e-mails and discounts: it says the same rule there."),
    "tag": _mark("{platform} can have it too, for e-mails and discounts: it holds whoever carries our tag."),
    "making": _mark("{platform} is asked for it."),
    "standing": _mark("It stands among {platform}'s own segments and follows this one."),
    "changed": _mark("Somebody changed it in {platform}, so it is left alone. You can add it anew."),
    "gone": _mark("Somebody deleted it in {platform}. You can add it anew."),
    "leaving": _mark("It is being taken off {platform}'s own segments."),
}
"""How a segment stands to Shopify's own."""


def native(state: str, how: str) -> str:
    """How it stands, in a sentence; ``how`` it could be said where there is none."""
    return say(NATIVE[how if state == "none" else state])


def guests(on: bool, orders: int, customers: int, under_way: bool) -> str:
    """What linking guest orders does, or would do, with so many orders and customers."""
    told = say(GUESTS[on, not orders]).format(
        orders=_translations.ngettext("{n} order", "{n} orders", orders).format(n=f"{orders:,}"),
        customers=_translations.ngettext("{n} customer", "{n} customers", customers).format(n=f"{customers:,}"),
    )
    return f"{told} {say(GUESTS_UNDER_WAY)}" if under_way else told


REPAIRS = {
    ("order", "missed"): (
        _mark("One order had not been delivered by {platform}."),
        _mark("{count} orders had not been delivered by {platform}."),
    ),
    ("order", "changed"): (
        _mark("A change of one order had not been delivered by {platform}."),
        _mark("Changes of {count} orders had not been delivered by {platform}."),
    ),
    ("order", "gone"): (
        _mark("One order was deleted in your store, and {platform} had not told us."),
        _mark("{count} orders were deleted in your store, and {platform} had not told us."),
    ),
    ("customer", "missed"): (
        _mark("One customer had not been delivered by {platform}."),
        _mark("{count} customers had not been delivered by {platform}."),
    ),
    ("customer", "changed"): (
        _mark("A change of one customer had not been delivered by {platform}."),
        _mark("Changes of {count} customers had not been delivered by {platform}."),
    ),
    ("customer", "gone"): (
        _mark("One customer was deleted in your store, and {platform} had not told us."),
        _mark("{count} customers were deleted in your store, and {platform} had not told us."),
    ),
    ("customer", "tags"): (
        _mark("One customer no longer carried a tag of a segment."),
        _mark("{count} customers no longer carried the tags of their segments."),
    ),
}
"""What a comparison with the store found, of one and of several, by kind and plugin.db.repairs.What."""

MENDED = {
    "missed": (_mark("We read it at {at}."), _mark("We read them at {at}.")),
    "changed": (_mark("We read it at {at}."), _mark("We read them at {at}.")),
    "gone": (_mark("We removed it here at {at}."), _mark("We removed them here at {at}.")),
    "tags": (_mark("We looked into it at {at}."), _mark("We looked into them at {at}.")),
}

CAUSES = {
    "delivery": _mark("something happened in the store"),
    "clock": _mark("time passed"),
    "live": _mark("the segment went live"),
    "restore": _mark("somebody else had removed our tag"),
    "document": _mark("what the store keeps of segments changed"),
    "output": _mark("somebody chose where the segment shows"),
    "preview": _mark("the segment went back to preview"),
    "plan": _mark("the rule was new or changed"),
    "segment deleted": _mark("the segment was deleted"),
    "ranking": _mark("the store's ranking was worked out anew"),
    "time zone": _mark("the store's time zone changed"),
    "data read": _mark("what the rule asks for has been read"),
    "guest orders": _mark("guest orders count for another customer now"),
}


def repair(row: Mapping[str, Any], zone: tzinfo) -> str:
    """What was found missing and mended, and when by the store's clock."""
    parts = {"count": row["count"], "at": f"{row['at'].astimezone(zone):%H:%M}"}
    several = int(row["count"]) != 1
    found, mended = REPAIRS[row["kind"], row["what"]], MENDED[row["what"]]
    return f"{say(found[several])} {say(mended[several])}".format_map(parts)


def topic(name: str) -> str:
    """What the message is about; a topic we have no words for stands as it is."""
    return say(TOPICS[name]) if name in TOPICS else name


def cause(word: str) -> str:
    """Why something changed: ``delivery``, ``clock``, ``plan 17`` …"""
    key = "plan" if word.startswith("plan ") else word
    return say(CAUSES[key]) if key in CAUSES else word
