// What a draft would mean: its sentence, its mistakes, and who would be in it, while it is being written.
import { post } from "../lib/api.js";
import { h, say, show } from "../lib/dom.js";
import { count, number } from "../lib/format.js";
import { later } from "../lib/poll.js";
import { short } from "./people.js";

const CHECK_MS = 300;

// `draft()` gives what is written, null while there is nothing to ask about; `told(problems)` hears the mistakes.
export function draftView({ draft, told, signal }) {
  const sentence = h("p", { class: "sentence", "aria-live": "polite" });
  const advice = h("div");
  const who = h("div", { class: "stack" });
  const soon = later(CHECK_MS);
  let asking = new AbortController();
  signal.addEventListener("abort", () => asking.abort());

  async function look() {
    asking.abort();
    asking = new AbortController();
    const mine = asking.signal;
    const body = draft();
    if (!body) {
      told([]);
      return idle();
    }
    try {
      const checked = await post("/rules/check", body, mine);
      told(checked.problems);
      if (!checked.ok) return stuck();
      if (sentence.textContent !== checked.sentence) sentence.textContent = checked.sentence;
      show(advice, checked.advice.map(warning));
      who.setAttribute("aria-busy", "true");
      const counted = await post("/rules/count", body, mine);
      show(who, people(counted));
      show(advice, [...checked.advice, ...counted.advice].map(warning));
      say(`${number(counted.in)} of ${count(counted.total, "customer")}`);
    } catch (failure) {
      if (failure.name === "AbortError" || mine.aborted) return;
      show(who, h("p", { class: "quiet" }, failure.message));
    } finally {
      if (!mine.aborted) who.removeAttribute("aria-busy");
    }
  }

  function idle() {
    sentence.textContent = "Here is what your rule says in plain words, as you write it.";
    show(advice);
    show(who, h("p", { class: "quiet" }, "Write a rule or choose an example to see who is in."));
  }

  function stuck() {
    sentence.textContent = "The rule isn't complete yet.";
    show(advice);
    show(who, h("p", { class: "quiet" }, "Customers appear here as soon as the rule can be read."));
  }

  idle();
  return { sentence, advice, who, changed: () => soon(look), now: look };
}

function people(counted) {
  const labels = Object.entries(counted.labels).filter(([label]) => label);
  return [
    h("p", { class: "big" }, `${number(counted.in)} of ${count(counted.total, "customer")}`),
    h("progress", { max: Math.max(counted.total, 1), value: counted.in, "aria-label": "Share of all customers" }),
    labels.length ? h("p", { class: "quiet" }, labels.map(([label, size]) => `${label} ${number(size)}`).join(" · ")) : null,
    counted.undecided ? h("p", { class: "quiet" }, `For ${count(counted.undecided, "customer")} it can't be said.`) : null,
    h("h3", {}, "Some who are in"), short(counted.sample_in, "Nobody."),
    h("h3", {}, "Some who are not"), short(counted.sample_out, "Nobody."),
  ];
}

const warning = (each) => h("p", { class: "notice warn" }, `${quoted(each.message)} ${quoted(each.cure)}`);

const quoted = (text) => text.replace(/`([^`]*)`/g, "‘$1’");
