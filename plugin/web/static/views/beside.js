// Beside a customer in the control panel: in which segments they are and why, in a narrow frame and with nothing else.
import { get } from "../lib/api.js";
import { h, keep } from "../lib/dom.js";
import { day, number } from "../lib/format.js";
import { platform } from "../lib/platform.js";
import { poll } from "../lib/poll.js";
import { overviewOf } from "../lib/store.js";
import { nameOf } from "../parts/people.js";
import { card, empty } from "../parts/states.js";
import { reasonsOf, standing } from "./customer.js";

const OPEN = 3; // So many reasons are shown without being asked for.
const HEAD = { class: "head" };

export async function beside({ id, signal }) {
  const { history: { done: ready } } = await overviewOf(signal);
  const ask = () => get(`/customers/${id}`, signal).catch((failure) => {
    if (failure.status === 404) return null;
    throw failure;
  });
  const parts = [h("div"), h("div")];
  const reasonOf = reasonsOf(id, signal, false);
  const draw = (told) => {
    keep(parts[0], told?.customer ?? null, head);
    keep(parts[1], told?.segments ?? null, (segments) => (segments ? standings(segments, ready, reasonOf) : unknown(ready)));
  };
  draw(await ask());
  poll(signal, async () => draw(await ask()), () => 4000);
  return h("div", {}, parts);
}

function head(person) {
  const facts = person ? [person.name && person.email, person.created_at && `customer since ${day(person.created_at)}`] : [];
  return h("div", HEAD, h("div", { class: "titles" },
    h("div", {}, h("h1", {}, person ? nameOf(person) : "Segments")), h("p", { class: "quiet" }, facts.filter(Boolean).join(" · "))));
}

function unknown(ready) {
  return card(null, empty("We don't know this customer yet", ready
    ? `${platform.title} hasn't told us about them. They appear here by themselves, mostly within a minute and at the latest within an hour.`
    : "Your store's history is still being read. They appear here by themselves once their turn has come."));
}

function standings(segments, ready, reasonOf) {
  if (!segments.length) {
    return card("Segments", empty("No segments yet", ready
      ? "Once there are segments, here is which ones this customer is in, and why."
      : "Your store's history is still being read; segments are worked out once it is complete."));
  }
  const isIn = segments.filter((each) => each.label !== null);
  const isOut = segments.filter((each) => each.label === null);
  const rows = isIn.map((each) => standing(each, reasonOf));
  rows.slice(0, OPEN).forEach((each) => { each.open = true; });
  return [
    card("In these segments", rows.length ? rows : h("p", { class: "quiet" }, "In none at the moment.")),
    isOut.length ? card(null, h("details", { "data-key": "others" },
      h("summary", { "data-key": "others-summary" }, `Not in ${number(isOut.length)}`), isOut.map((each) => standing(each, reasonOf)))) : null,
  ];
}
