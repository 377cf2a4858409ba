// What the store pays for, how it stands to it, and the way to another plan: the platform's own page, or its checkout.
import { get, post } from "../lib/api.js";
import { h, keep, say, show } from "../lib/dom.js";
import { number, time } from "../lib/format.js";
import { poll } from "../lib/poll.js";
import { platform } from "../lib/platform.js";
import { action, card, confirm, empty, toast } from "../parts/states.js";

const STATES = { trial: ["Free trial", "news"], ending: ["Ends soon", "warn"], frozen: ["On hold", "bad"] };
const STANDINGS = { over: ["Over its limit", "warn"], paused: [`${platform.tag.titles} stand still`, "bad"] };

export async function pricing({ signal }) {
  let told = await get("/plan", signal);
  const body = h("div"), news = h("div", { "aria-live": "polite" });
  const orders = ordering(news, look);
  const draw = () => keep(body, shown(told), (data) => view(data, orders));
  async function look() {
    const before = told.name;
    told = await get("/plan", signal);
    draw();
    if (told.name && told.name !== before) say(`Your plan is ${told.name}.`);
  }
  draw();
  if (told.billing) poll(signal, look, () => (told.reading ? 1500 : 10_000));
  return h("div", {},
    h("div", { class: "head" }, h("div", { class: "titles" }, h("div", {}, h("h1", {}, "Plan")))),
    news, body);
}

// Choosing and cancelling on this page, one at a time; what comes of it stands in ``news``.
function ordering(news, look) {
  let busy = false;
  const alone = async (work) => {
    if (busy) return;
    busy = true;
    try {
      await work();
    } catch (failure) {
      show(news, h("div", { class: "notice critical", role: "alert" }, h("p", {}, failure.message)));
      await look().catch(() => undefined);
    } finally {
      busy = false;
    }
  };
  const choose = (plan) => alone(async () => {
    if (plan.leaving && !(await confirm(`Change to ${plan.name}?`, plan.leaving, "End the trial", "Keep the trial"))) return;
    show(news, h("p", { class: "notice" }, `Asking ${platform.title} for the page on which you agree…`));
    const { url } = await post("/plan/choose", { plan: plan.handle, leaving_trial: Boolean(plan.leaving) });
    show(news, h("div", { class: "notice" },
      h("p", {}, `You agree to ${plan.name} on ${platform.title}'s page. Nothing is owed before that.`),
      h("p", {}, h("a", { class: "button primary", href: url, target: "_top", "data-key": "agree" }, `Go to ${platform.title}'s page`))));
    open(url, "_top"); // It refuses to be framed. Should the browser hold this back, there is the link.
  });
  const cancel = (told) => alone(async () => {
    if (!(await confirm(`Cancel ${told.name || "your plan"}?`, told.cancelling, "Cancel the plan", "Keep the plan"))) return;
    show(news, h("p", { class: "notice" }, `Telling ${platform.title}…`));
    await post("/plan/cancel");
    show(news);
    toast("The plan is cancelled.");
    await look();
  });
  return { choose, cancel };
}

// What is drawn; that somebody asks the platform again is no reason to draw.
function shown({ reading, ...rest }) {
  return rest;
}

function view(told, orders) {
  if (!told.billing) return card(null, empty("Nothing to pay", "This app costs nothing here, and nothing is limited."));
  return [current(told, orders), offered(told, orders)];
}

function current(told, { cancel }) {
  const head = h("div", { class: "row spread" },
    h("div", { class: "row" }, h("h2", {}, told.name || "Your plan"), badge(STATES[told.state]), badge(STANDINGS[told.standing])),
    // The platform refuses to be framed: the whole window goes there, and comes back.
    told.change_url ? h("a", { class: "button primary", href: told.change_url, target: "_top", "data-key": "change" }, "Change plan") : null,
    told.cancelling ? action("Cancel plan", () => cancel(told), { danger: true, key: "cancel" }) : null);
  return card(head,
    told.price ? h("p", {}, told.price) : null,
    h("div", { class: "stack" }, told.limit === null ? null : used(told), told.says.map((sentence) => h("p", {}, sentence))),
    h("p", { class: "quiet" }, told.counted, " ", told.always),
    told.read_at ? h("p", { class: "quiet" }, `Last asked at ${platform.title} `, time(told.read_at), ".") : null);
}

function used({ customers, limit }) {
  return h("progress", { max: limit, value: Math.min(customers, limit), "aria-label": `${number(customers)} of ${number(limit)} customers` });
}

function offered({ plans, billed }, { choose }) {
  const costs = plans.some((plan) => plan.can_choose || plan.tried);
  const same = plans.every((plan) => plan.includes.join() === plans[0].includes.join());
  return card("All plans", h("div", { class: "flush" }, h("table", {},
    h("caption", { class: "hidden-text" }, "All plans"),
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, "Plan"), h("th", { scope: "col" }, "Customers"),
      costs ? h("th", { scope: "col" }, "Price") : null,
      same ? null : h("th", { scope: "col" }, "Includes"),
      costs ? h("th", { scope: "col" }, h("span", { class: "hidden-text" }, "Choose")) : null)),
    h("tbody", {}, plans.map((plan) => row(plan, same, costs && choose))))),
    same && plans[0]?.includes.length ? h("div", {}, h("p", {}, "Every plan includes:"), h("ul", {}, plans[0].includes.map((each) => h("li", {}, each)))) : null,
    h("p", { class: "quiet" }, billed));
}

function row(plan, same, choose) {
  const { name, says, costs, tried, includes, current: chosen } = plan;
  return h("tr", { "aria-current": chosen ? "true" : null },
    h("th", { scope: "row" }, name, " ", chosen ? badge(["Your plan", "good"]) : null),
    h("td", { "data-label": "Customers" }, says),
    choose ? h("td", { "data-label": "Price" }, h("p", {}, costs), tried ? h("p", { class: "quiet" }, tried) : null) : null,
    same ? null : h("td", { "data-label": "Includes" }, includes.join(", ")),
    choose ? h("td", {}, plan.can_choose ? action("Choose", () => choose(plan), { key: `choose-${plan.handle}`, label: `Choose ${name}` }) : null) : null);
}

function badge(kind) {
  return kind ? h("span", { class: `badge ${kind[1]}` }, kind[0]) : null;
}
