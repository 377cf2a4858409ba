// The first view: is all well, how large is each segment, what must be looked at.
import { get } from "../lib/api.js";
import { h, keep } from "../lib/dom.js";
import { count, number, time } from "../lib/format.js";
import { poll } from "../lib/poll.js";
import { href } from "../lib/router.js";
import { overviewOf } from "../lib/store.js";
import { platform } from "../lib/platform.js";
import { asked, history, since } from "../parts/history.js";
import { notices } from "../parts/notices.js";
import { isBusy, size, stateBadge, tags } from "../parts/segments.js";
import { card } from "../parts/states.js";
import { changes } from "../parts/writes.js";

export async function overview({ signal }) {
  const ask = () => Promise.all([overviewOf(signal), get("/deliveries", signal), get("/writes", signal)]);
  let [told, came, went] = await ask();
  const parts = [h("div"), h("div"), h("div"), h("div"), h("div"), h("div"), h("div")];
  const draw = () => {
    const { store, segments, problems, counts, asked: wanted } = told;
    keep(parts[0], { name: store.name, ready: told.history.done, any: segments.length }, head);
    keep(parts[1], problems, notices);
    keep(parts[2], told.history, () => history(told.history, counts));
    keep(parts[3], wanted, asked);
    keep(parts[4], { segments, store, ready: told.history.done }, table);
    keep(parts[5], store.orders_known_from, since);
    keep(parts[6], { counts, paused: isPaused(told), heard: grouped(came.deliveries).slice(0, 5), written: went.writes.slice(0, 5) }, recent);
  };
  draw();
  poll(signal, async () => {
    [told, came, went] = await ask();
    draw();
  }, () => (isMoving(told) ? 1500 : 10_000));
  return h("div", {}, parts);
}

// Whether tags wait for a larger plan, and for nothing else.
function isPaused({ problems }) {
  return problems.some((problem) => problem.code === "plan_paused");
}

function isMoving(told) {
  const { history: { done }, counts, segments } = told;
  return !done || told.asked.length > 0 || counts.due > 0 || (counts.outbox > 0 && !isPaused(told)) || counts.deliveries_waiting > 0 || segments.some((each) => isBusy(each.plan));
}

function head({ name, ready, any }) {
  return h("div", { class: "head" },
    h("div", { class: "titles" }, h("div", {}, h("h1", {}, "Segments")), h("p", { class: "quiet" }, name)),
    any && ready ? h("a", { class: "button primary", href: href("/segments/new"), "data-key": "new" }, "New segment") : null);
}

function table({ segments, store, ready }) {
  if (!segments.length) return welcome(store, ready);
  return card(null, h("div", { class: "flush" }, h("table", {},
    h("caption", { class: "hidden-text" }, "Your segments"),
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, "Segment"), h("th", { scope: "col", class: "number" }, "Customers"),
      h("th", { scope: "col" }, platform.tag.title), h("th", { scope: "col" }, "State"))),
    h("tbody", {}, segments.map(row)))));
}

// What is asked of nobody, because the store has told it, and what comes next.
function welcome({ name, currency, timezone }, ready) {
  const step = (done, text) => h("li", {}, done ? h("span", { class: "badge good" }, "Done") : null, done ? " " : null, text);
  return card(`Welcome, ${name}`,
    h("p", { class: "prose" }, `A segment is a group of customers you describe once, such as “spent 500 or more in the last year”. It stays right by itself, and its customers carry a ${platform.tag.one} you can use anywhere in your store.`),
    h("ol", { class: "stack" },
      step(true, `${platform.title} told us your store's particulars: amounts are in ${currency}, and days begin by the clock of ${timezone.replaceAll("_", " ")}.`),
      step(ready, ready ? "Your history is read." : "Your history is being read, as shown above. You can write your first segment meanwhile; it is worked out as soon as everything is here."),
      step(false, "Write a segment, or start from a template."),
      step(false, "Look at what it would do, and go live. Until then nothing in your store is changed.")),
    h("p", { class: "row" },
      h("a", { class: "button primary", href: href("/segments/new"), "data-key": "new" }, "Write the first segment"),
      h("a", { href: href("/help"), "data-key": "help" }, "How it works")));
}

function row(segment) {
  const waits = segment.state === "live" && segment.plan?.state === "ready";
  return h("tr", {},
    h("td", {},
      h("a", { href: href(`/segments/${segment.id}`), "data-key": `segment-${segment.id}` }, segment.name),
      h("p", { class: "quiet" }, segment.sentence ?? "This rule was written for an older version. Edit it to bring it up to date.")),
    h("td", { class: "number", "data-label": "Customers" }, size(segment), segment.labels.length > 1 ? tiers(segment) : null),
    h("td", { "data-label": platform.tag.title }, tags(segment)),
    h("td", { "data-label": "State" }, stateBadge(segment),
      waits ? h("p", {}, h("a", { href: href(`/segments/${segment.id}/plan`) }, "Look at the change")) : null));
}

function tiers(segment) {
  return h("div", { class: "quiet" }, segment.labels.map((label) => h("div", {}, `${label.label} ${number(label.size)}`)));
}

function recent({ counts, paused, heard, written }) {
  const waiting = [
    counts.deliveries_waiting && `${count(counts.deliveries_waiting, "message")} from ${platform.title} waiting`,
    counts.due && `${count(counts.due, "customer")} to look at`,
    counts.outbox && `${count(counts.outbox, "customer")} whose ${platform.tag.many} ${paused ? "wait for a larger plan" : "are on their way"}`,
  ].filter(Boolean);
  return card(h("div", { class: "row spread" }, h("h2", {}, "What just happened"), h("a", { href: href("/activity"), "data-key": "activity" }, "All activity")),
    h("p", { class: "quiet" }, `${count(counts.customers, "customer")} · ${waiting.length ? waiting.join(" · ") : "everything is up to date"}`),
    h("div", { class: "pair" },
      h("div", { class: "stack" }, h("h3", {}, "In your store"), heard.length
        ? h("ul", { class: "timeline" }, heard.map((each) => h("li", {}, each.what, each.times > 1 ? ` (${number(each.times)} times)` : "", " ", h("span", { class: "quiet" }, time(each.at)))))
        : h("p", { class: "quiet" }, "Nothing has come in yet.")),
      h("div", { class: "stack" }, h("h3", {}, "Changed by segments"), changes(written, true))));
}

// The same several times in a row is told once.
function grouped(deliveries) {
  const groups = [];
  for (const { what, received_at: at } of deliveries) {
    if (groups.at(-1)?.what === what) groups.at(-1).times += 1;
    else groups.push({ what, at, times: 1 });
  }
  return groups;
}
