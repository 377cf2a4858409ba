// What came in from the store and what we changed there.
import { get, post } from "../lib/api.js";
import { h, keep } from "../lib/dom.js";
import { count, time } from "../lib/format.js";
import { poll } from "../lib/poll.js";
import { store } from "../lib/store.js";
import { platform } from "../lib/platform.js";
import { action, card, empty, toast } from "../parts/states.js";
import { changes } from "../parts/writes.js";

const FIRST = 10;
const STATES = { waiting: ["badge news", "Waiting"], done: ["badge good", "Done"], set_aside: ["badge bad", "Set aside"] };

export async function activity({ signal }) {
  await store(signal);
  const ask = () => Promise.all([get("/deliveries", signal), get("/writes", signal), get("/repairs", signal)]);
  let [came, went, mended] = await ask();
  const parts = [h("div"), h("div"), h("div")];
  const look = async () => {
    [came, went, mended] = await ask();
    draw();
  };
  let most = FIRST;
  const more = () => {
    most = Infinity;
    draw();
  };
  const draw = () => {
    keep(parts[0], went.writes.slice(0, most), (writes) => card("Changes in your store", changes(writes, true),
      went.writes.length > writes.length ? h("div", { class: "row" }, h("button", { type: "button", onclick: more }, "Show more")) : null));
    keep(parts[1], mended, repairs);
    keep(parts[2], came, () => deliveries(came, look));
  };
  draw();
  poll(signal, look, () => 3000);
  return h("div", {}, h("div", { class: "head" }, h("div", { class: "titles" }, h("div", {}, h("h1", {}, "Activity")))), parts);
}

// What the platform did not tell us, and we found by asking.
function repairs({ repairs: listed, compared_at: at }) {
  const last = at ? h("p", { class: "quiet" }, "Last compared with your store ", time(at), ".") : null;
  if (!listed.length) {
    return card("Checked against your store", empty(at ? "Nothing was missing" : "Not compared yet",
      `Messages from ${platform.title} can get lost. Every hour we compare what we know with your store, and read what is missing.`), last);
  }
  return card("Checked against your store", last,
    h("ul", { class: "timeline" }, listed.slice(0, FIRST).map((each) => h("li", {}, each.said, " ", h("span", { class: "quiet" }, time(each.at))))));
}

function deliveries({ deliveries: listed, waiting, set_aside: aside }, look) {
  if (!listed.length) return card(`Messages from ${platform.title}`, empty("Nothing has come in yet", "Every purchase and every change of a customer appears here moments after it happens."));
  const summary = [waiting && `${count(waiting, "message")} waiting`, aside && `${count(aside, "message")} set aside`].filter(Boolean);
  return card(`Messages from ${platform.title}`,
    summary.length ? h("p", {}, summary.join(" · ")) : null,
    h("div", { class: "flush" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Message", "Came in", "State"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, listed.map((each) => row(each, look))))));
}

function row(delivery, look) {
  const [style, word] = STATES[delivery.state] ?? ["badge", delivery.state];
  const again = async () => {
    await post(`/deliveries/${delivery.id}/retry`);
    toast("It is being tried again.");
    await look();
  };
  return h("tr", {},
    h("td", {}, delivery.what, delivery.reason ? h("p", { class: "quiet" }, delivery.reason) : null),
    h("td", { class: "nowrap", "data-label": "Came in" }, time(delivery.received_at)),
    h("td", { "data-label": "State" }, h("span", { class: "row" }, h("span", { class: style }, word),
      delivery.state === "set_aside" ? action("Try again", again, { key: `retry-${delivery.id}` }) : null)));
}
