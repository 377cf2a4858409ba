// Customers in lists.
import { h } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { href } from "../lib/router.js";

export function nameOf(person) {
  return person.name || person.email || `Customer ${person.id}`;
}

export function link(person) {
  return h("a", { href: href(`/customers/${person.id}`), "data-key": `customer-${person.id}` }, nameOf(person));
}

export function short(people, none) {
  if (!people.length) return h("p", { class: "quiet" }, none);
  return h("ul", { class: "plain" }, people.map((person) => h("li", {}, link(person),
    person.name && person.email ? h("span", { class: "quiet" }, ` ${person.email}`) : null,
    person.was && person.label ? h("span", { class: "quiet" }, ` ${person.was} → ${person.label}`) : null,
    !person.was && person.label ? h("span", { class: "quiet" }, ` ${person.label}`) : null)));
}

export function table(people, { labels = false, since = false } = {}) {
  const heads = ["Customer", "E-mail", labels && "Tier", since && "Since"].filter(Boolean);
  return h("div", { class: "flush" }, h("table", {},
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, people.map((person) => h("tr", {},
      h("td", {}, link(person)),
      h("td", { "data-label": "E-mail" }, person.email || "–"),
      labels ? h("td", { "data-label": "Tier" }, person.label || "–") : null,
      since ? h("td", { "data-label": "Since" }, time(person.since)) : null)))));
}
