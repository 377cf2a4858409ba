"""What is said of tags where a store has none: there they are labels, entries of one customer attribute."""

from plugin.rules.speak import mark

LABELS = {
    mark("Its customers and tags stay as they were. It is tried again every hour; changing its rule helps too."): mark(
        "Its customers and labels stay as they were. It is tried again every hour; changing its rule helps too."
    ),
    mark("A customer's tags couldn't be changed"): mark("A customer's labels couldn't be changed"),
    mark("Someone keeps removing our tag from a customer"): mark("Someone keeps removing our label from a customer"),
    mark(
        "We gave {tags} back {times} times in a day and then stopped. Look for another app or flow that writes "
        "the customer's whole list of tags, or that removes this one."
    ): mark(
        "We gave {tags} back {times} times in a day and then stopped. Look for another app that writes the "
        "customer attribute Segments, or that removes this entry of it."
    ),
    mark("Their tags can't be changed. We ask {platform} what became of them; this notice then goes by itself."): mark(
        "Their labels can't be changed. We ask {platform} what became of them; this notice then goes by itself."
    ),
    mark("A customer has as many tags as there can be"): mark("A customer has as many labels as there can be"),
    mark(
        "Our tag finds no room. Take tags off this customer that nobody needs; we try again every now and then."
    ): mark(
        "Our label finds no room in the customer attribute Segments. Take entries out of it that nobody needs; we try "
        "again every now and then."
    ),
    mark("Another app and we change the same customer's tags"): mark(
        "Another app and we keep changing the same customer"
    ),
    mark("We stopped for an hour. Look for another app or flow with the same tag, and switch one of them off."): mark(
        "We stopped for an hour. Look for another app that writes the customer attribute Segments, or the group or "
        "attribute that a segment shows in, and switch one of them off."
    ),
    mark(
        "Everything we knew of them is erased. Look for them in the segment's name, rule, tags and pins. "
        "This notice goes by itself once nothing there names them."
    ): mark(
        "Everything we knew of them is erased. Look for them in the segment's name, rule, labels and pins, and in what "
        "else it shows. This notice goes by itself once nothing there names them."
    ),
    mark(
        "Themes and flows can then see which live segments a customer is in, and since when, without tags. "
        "Switching this off removes the metafield from every customer."
    ): mark(
        "Other apps can then read which live segments a customer is in, and since when. "
        "Switching this off removes the metafield from every customer."
    ),
    mark("One customer no longer carried a tag of a segment."): mark(
        "One customer no longer carried a label of a segment."
    ),
    mark("{count} customers no longer carried the tags of their segments."): mark(
        "{count} customers no longer carried the labels of their segments."
    ),
    mark("somebody else had removed our tag"): mark("somebody else had removed our label"),
    mark("tags within seconds of a purchase"): mark("labels within seconds of a purchase"),
    mark(
        "Your store has {customers} customers, and this plan is for {limit}. Everything goes on until {day}. From then "
        "on tags stay as they are, until you change plan or have fewer customers. No tag is taken away because of it."
    ): mark(
        "Your store has {customers} customers, and this plan is for {limit}. Everything goes on until {day}. From then "
        "on labels stay as they are, until you change plan or have fewer customers. No label is taken away because of "
        "it."
    ),
    mark(
        "Your store has {customers} customers, and this plan is for {limit}. Since {day} tags stay as they are. They "
        "are brought up to date by themselves once you change plan or have fewer customers."
    ): mark(
        "Your store has {customers} customers, and this plan is for {limit}. Since {day} labels stay as they are. They "
        "are brought up to date by themselves once you change plan or have fewer customers."
    ),
    mark(
        "Nothing changes before {until}. From then on tags stay as they are; none is taken away. Choose a larger "
        "plan and everything goes on as before."
    ): mark(
        "Nothing changes before {until}. From then on labels stay as they are; none is taken away. Choose a larger "
        "plan and everything goes on as before."
    ),
    mark("Tags stand still: your store has {customers} customers, the plan {plan} is for {limit}"): mark(
        "Labels stand still: your store has {customers} customers, the plan {plan} is for {limit}"
    ),
    mark(
        "Tags in your store stay as they are since {until}. Segments are still worked out, and you can look at, "
        "count and export everything. Choose a larger plan and tags are brought up to date by themselves."
    ): mark(
        "Labels in your store stay as they are since {until}. Segments are still worked out, and you can look at, "
        "count and export everything. Choose a larger plan and labels are brought up to date by themselves."
    ),
}
"""The sentence there, by the sentence of platforms that have tags."""
