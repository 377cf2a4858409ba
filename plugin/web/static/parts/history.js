// How far the reading of the store's history is, with an estimate only where one can be honest.
import { h } from "../lib/dom.js";
import { count, number, seconds } from "../lib/format.js";

const samples = [];
const WINDOW = 30_000;
const NAMES = { customer: "customers", order: "orders" };

export function history({ done, readings }, counts) {
  if (done) return h("div");
  const failed = readings.filter((reading) => reading.state === "failed");
  return h("section", { class: "card" },
    h("header", {}, h("h2", {}, "Reading your store's history"), failed.length ? h("span", { class: "badge bad" }, "Stopped") : h("span", { class: "badge news" }, "Under way")),
    h("p", {}, "Segments are worked out once everything is here, so that nobody gets a tag by half the facts. You can leave this page."),
    readings.length ? readings.map(bar) : h("p", { class: "quiet" }, "Connecting to your store…"),
    counts.deliveries_waiting ? h("p", { class: "quiet number" }, `${count(counts.deliveries_waiting, "package")} still to be sorted in.`) : null,
    h("p", { class: "quiet" }, estimate(readings)));
}

function bar(reading) {
  const name = NAMES[reading.kind] ?? reading.kind;
  const words = {
    waiting: `${name}: waiting`,
    exporting: `${name}: Shopify is preparing the list, ${count(reading.found, "line")} so far`,
    loading: `${name}: ${number(reading.loaded)} of ${count(reading.found, "line")} read`,
    done: `${name}: all ${count(reading.found, "line")} read`,
    failed: `${name}: stopped. ${reading.error ?? ""}`,
  };
  const text = words[reading.state] ?? name;
  const known = ["loading", "done"].includes(reading.state);
  return h("div", { class: "stack" },
    h("p", { class: "number" }, text[0].toUpperCase() + text.slice(1)),
    known ? h("progress", { max: Math.max(reading.found, 1), value: reading.state === "done" ? Math.max(reading.found, 1) : reading.loaded, "aria-label": name })
      : h("progress", { "aria-label": name }));
}

// From the pace of the last half minute, and only while all sizes are known.
function estimate(readings) {
  const loaded = readings.reduce((sum, reading) => sum + reading.loaded, 0);
  const found = readings.reduce((sum, reading) => sum + reading.found, 0);
  const now = Date.now();
  samples.push([now, loaded]);
  while (samples.length > 2 && now - samples[0][0] > WINDOW) samples.shift();
  if (!readings.length || readings.some((reading) => !["loading", "done"].includes(reading.state))) return "How long it takes can be said once Shopify has prepared the lists.";
  const [since, before] = samples[0];
  if (loaded >= found) return "Nearly there.";
  if (now - since < 3000 || loaded <= before) return "Working out how long it takes…";
  return `${seconds(((found - loaded) * (now - since)) / 1000 / (loaded - before))} left`;
}
