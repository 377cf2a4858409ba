// How a segment and its plan look wherever they stand.
import { h } from "../lib/dom.js";
import { count, number } from "../lib/format.js";
import { platform } from "../lib/platform.js";

export function stateBadge(segment) {
  if (segment.stale_since) return h("span", { class: "badge bad" }, "Needs a look");
  if (segment.plan && ["waiting", "running"].includes(segment.plan.state)) return h("span", { class: "badge news" }, "Being worked out");
  if (segment.plan?.state === "failed") return h("span", { class: "badge bad" }, "Preview failed");
  if (segment.state === "live" && segment.plan?.state === "ready") return h("span", { class: "badge warn" }, "Change waits");
  if (segment.state === "live") return h("span", { class: "badge good" }, "Live");
  return h("span", { class: "badge" }, "Preview");
}

export function size(segment) {
  return segment.size === null ? "–" : number(segment.size);
}

export function tags(segment) {
  const named = segment.labels.filter((label) => label.tag);
  if (!named.length) return h("span", { class: "quiet" }, `no ${platform.tag.one}`);
  return h("span", { class: "row" }, named.map((label) => h("span", { class: "tag" }, label.tag)));
}

export function isBusy(plan) {
  return Boolean(plan) && ["waiting", "running"].includes(plan.state);
}

// Joins, leaves, moves and stays as figures; what is 0 and means nothing here is left out.
export function figures(plan) {
  const shown = [["Join", plan.joins], ["Leave", plan.leaves], ["Move", plan.moves], ["Stay", plan.stays], ["Can't tell", plan.undecided]];
  return h("dl", { class: "figures" }, shown.filter(([name, value]) => value || !["Move", "Can't tell"].includes(name))
    .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, number(value)))));
}

export function progressOf(plan) {
  if (plan.state === "waiting") return h("div", { class: "stack" }, h("p", {}, "Waiting for its turn…"), h("progress", { "aria-label": "Waiting" }));
  return h("div", { class: "stack" },
    h("p", { class: "number" }, `Looking at ${number(plan.examined)} of ${count(plan.total, "customer")}`),
    h("progress", { max: Math.max(plan.total, 1), value: plan.examined, "aria-label": "Customers looked at" }));
}
