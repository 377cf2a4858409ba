// What was changed in the store.
import { h } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { href } from "../lib/router.js";

// What is said of what was there, and of what is there no longer.
const VERBS = {
  tags: ["got", "lost"],
  group: ["was moved into the group", "out of the group"],
  attribute: ["got the attribute", "lost the attribute"],
  native: ["was put into the segment", "was taken out of the segment"],
};

export function changes(writes, named) {
  if (!writes.length) return h("p", { class: "quiet" }, "Nothing has been changed in your store yet.");
  return h("ul", { class: "timeline" }, writes.map((write) => h("li", {},
    named ? [h("a", { href: href(`/customers/${write.customer_id}`), "data-key": `write-${write.id}` }, write.customer ?? `Customer ${write.customer_id}`), " "] : null,
    tags(VERBS[write.what][0], write.added), tags(VERBS[write.what][1], write.removed),
    write.ok ? null : [h("span", { class: "badge bad" }, "refused"), ` ${write.answer ?? ""} `],
    h("span", { class: "quiet" }, time(write.sent_at), ` · ${write.cause}`))));
}

function tags(verb, listed) {
  return listed.length ? [`${verb} `, listed.map((tag) => [h("span", { class: "tag" }, tag), " "])] : null;
}
