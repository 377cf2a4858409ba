// How far the reading of the store's history is. How long it takes is said by the server, and only where it is known.
import { h } from "../lib/dom.js";
import { count, day, number, seconds } from "../lib/format.js";
import { platform } from "../lib/platform.js";

export function history({ done, readings, seconds_left: left, at_least: atLeast }, counts) {
  if (done) return h("div");
  const failed = readings.filter((reading) => reading.state === "failed");
  return h("section", { class: "card" },
    h("header", {}, h("h2", {}, "Reading your store's history"), failed.length ? h("span", { class: "badge bad" }, "Stopped") : h("span", { class: "badge news" }, "Under way")),
    h("p", {}, `Segments are worked out once everything is here, so that nobody gets a ${platform.tag.one} by half the facts. You can leave this page.`),
    readings.length ? readings.map(bar) : h("p", { class: "quiet" }, "Connecting to your store…"),
    counts.deliveries_waiting ? h("p", { class: "quiet number" }, `${count(counts.deliveries_waiting, "package")} still to be sorted in.`) : null,
    h("p", { class: "quiet" }, failed.length ? "It is tried again every hour." : estimate(readings, left, atLeast)));
}

// What is read of everybody because a rule asks for it.
export function asked(readings) {
  if (!readings.length) return h("div");
  return h("section", { class: "card" },
    h("header", {}, h("h2", {}, "Reading what your rules ask for"), h("span", { class: "badge news" }, "Under way")),
    h("p", {}, "Until everybody is read, nobody is decided by it, and a segment that asks for it can't go live."),
    readings.map(({ what, done, all }) => {
      const text = done === null ? `Reading ${what}` : `Reading ${what} for ${count(all, "customer")}: ${number(done)} so far`;
      return h("div", { class: "stack" }, h("p", { class: "number" }, text),
        done === null ? h("progress", { "aria-label": what }) : h("progress", { max: Math.max(all, 1), value: Math.min(done, Math.max(all, 1)), "aria-label": what }));
    }));
}

// Since when orders are known, where that is not since the first.
export function since(from) {
  if (!from) return h("div");
  return h("section", { class: "card" },
    h("h2", {}, `Orders are known since ${day(from)}`),
    h("p", {}, `${platform.title} lets us read the last 60 days only. Rules that need older orders, such as “has never bought”, leave out customers of whom nobody can say. With each day more is known.`));
}

function bar(reading) {
  const name = `${reading.kind}s`;
  const things = reading.things === null ? name : count(reading.things, reading.kind);
  const words = {
    waiting: `${name}: waiting`,
    exporting: reading.all === null
      ? `${name}: ${platform.title} is preparing the list, ${number(reading.done)} so far`
      : `${name}: ${platform.title} is preparing the list, ${number(reading.done)} of ${number(reading.all)}`,
    loading: `${things}: ${number(reading.done)} of ${count(reading.all, "line")} sorted in`,
    done: reading.done < reading.all ? `${things}: ${number(reading.done)} of ${count(reading.all, "line")} sorted in` : `${things}: all here`,
    absorbed: `${things}: all here`,
    reading: `${name}: looked up for ${number(reading.done)} of ${count(reading.all, "order")}`,
    failed: `${name}: stopped. ${reading.error ?? ""}`,
  };
  const text = words[reading.state] ?? name;
  return h("div", { class: "stack" },
    h("p", { class: "number" }, text[0].toUpperCase() + text.slice(1)),
    reading.all === null ? h("progress", { "aria-label": name })
      : h("progress", { max: Math.max(reading.all, 1), value: Math.min(reading.all ? reading.done : 1, Math.max(reading.all, 1)), "aria-label": name }));
}

function estimate(readings, left, atLeast) {
  if (left === null) return "How long it takes can be said in a moment.";
  if (!readings.some((reading) => !["done", "absorbed"].includes(reading.state) || reading.done < reading.all)) return "Nearly there.";
  const text = seconds(left);
  return atLeast ? `At least ${text.replace("about ", "")} left.` : `${text[0].toUpperCase()}${text.slice(1)} left.`;
}
