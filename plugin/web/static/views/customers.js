// Finding a customer.
import { get } from "../lib/api.js";
import { h, say, show } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { later } from "../lib/poll.js";
import { store } from "../lib/store.js";
import { table } from "../parts/people.js";
import { card, empty, failed } from "../parts/states.js";

export async function customers({ signal }) {
  await store(signal);
  const found = h("div");
  const soon = later(250);
  const box = h("input", { type: "search", id: "search", autocomplete: "off", maxlength: "200", oninput: () => soon(look) });
  const look = async () => {
    const text = box.value.trim();
    try {
      const told = await get(`/customers?search=${encodeURIComponent(text)}`, signal);
      if (text !== box.value.trim()) return;
      show(found, result(told.customers, text));
      if (text) say(`${count(told.customers.length, "customer")} found`);
    } catch (failure) {
      if (failure.name !== "AbortError") show(found, failed(failure, look));
    }
  };
  await look();
  return h("div", {}, h("div", { class: "head" }, h("div", { class: "titles" }, h("div", {}, h("h1", {}, "Customers")))),
    card(null, h("div", {}, h("label", { for: "search" }, "Find a customer"), box, h("p", { class: "hint" }, "The beginning of a name or e-mail address, or the whole number.")), found));
}

function result(people, text) {
  if (people.length) return table(people);
  return text ? empty("Nobody found", "Names and addresses are compared from their beginning: try fewer letters.")
    : empty("No customers yet", "They appear here as your store's history is read.");
}
