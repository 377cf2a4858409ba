// What the store pays for, how it stands to it, and the way to the platform's own page of plans.
import { get } from "../lib/api.js";
import { h, keep, say } from "../lib/dom.js";
import { number, time } from "../lib/format.js";
import { poll } from "../lib/poll.js";
import { platform } from "../lib/platform.js";
import { card, empty } from "../parts/states.js";

const STATES = { trial: ["Free trial", "news"], ending: ["Ends soon", "warn"], frozen: ["On hold", "bad"] };
const STANDINGS = { over: ["Over its limit", "warn"], paused: ["Tags stand still", "bad"] };

export async function pricing({ signal }) {
  let told = await get("/plan", signal);
  const body = h("div");
  const draw = () => keep(body, shown(told), view);
  draw();
  if (told.billing) {
    poll(signal, async () => {
      const before = told.name;
      told = await get("/plan", signal);
      draw();
      if (told.name && told.name !== before) say(`Your plan is ${told.name}.`);
    }, () => (told.reading ? 1500 : 10_000));
  }
  return h("div", {},
    h("div", { class: "head" }, h("div", { class: "titles" }, h("div", {}, h("h1", {}, "Plan")))),
    body);
}

// What is drawn; that somebody asks the platform again is no reason to draw.
function shown({ reading, ...rest }) {
  return rest;
}

function view(told) {
  if (!told.billing) return card(null, empty("Nothing to pay", "This app costs nothing here, and nothing is limited."));
  return [current(told), offered(told)];
}

function current(told) {
  const head = h("div", { class: "row spread" },
    h("div", { class: "row" }, h("h2", {}, told.name || "Your plan"), badge(STATES[told.state]), badge(STANDINGS[told.standing])),
    // The platform refuses to be framed: the whole window goes there, and comes back.
    h("a", { class: "button primary", href: told.change_url, target: "_top", "data-key": "change" }, "Change plan"));
  return card(head,
    told.price ? h("p", {}, told.price) : null,
    h("div", { class: "stack" }, told.limit === null ? null : used(told), told.says.map((sentence) => h("p", {}, sentence))),
    h("p", { class: "quiet" }, told.counted, " ", told.always),
    told.read_at ? h("p", { class: "quiet" }, `Last asked at ${platform.title} `, time(told.read_at), ".") : null);
}

function used({ customers, limit }) {
  return h("progress", { max: limit, value: Math.min(customers, limit), "aria-label": `${number(customers)} of ${number(limit)} customers` });
}

function offered({ plans }) {
  const same = plans.every((plan) => plan.includes.join() === plans[0].includes.join());
  return card("All plans", h("div", { class: "flush" }, h("table", {},
    h("caption", { class: "hidden-text" }, "All plans"),
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, "Plan"), h("th", { scope: "col" }, "Customers"), same ? null : h("th", { scope: "col" }, "Includes"))),
    h("tbody", {}, plans.map((plan) => row(plan, same))))),
    same && plans[0]?.includes.length ? h("div", {}, h("p", {}, "Every plan includes:"), h("ul", {}, plans[0].includes.map((each) => h("li", {}, each)))) : null,
    h("p", { class: "quiet" }, `Prices stand on ${platform.title}'s page. ${platform.title} bills them together with your store; you can change or cancel there at any time.`));
}

function row({ name, says, includes, current: chosen }, same) {
  return h("tr", { "aria-current": chosen ? "true" : null },
    h("th", { scope: "row" }, name, " ", chosen ? badge(["Your plan", "good"]) : null),
    h("td", { "data-label": "Customers" }, says),
    same ? null : h("td", { "data-label": "Includes" }, includes.join(", ")));
}

function badge(kind) {
  return kind ? h("span", { class: `badge ${kind[1]}` }, kind[0]) : null;
}
