// What a segment, or a change of it, does before it does it.
import { get, post } from "../lib/api.js";
import { h, keep } from "../lib/dom.js";
import { count, number } from "../lib/format.js";
import { platform } from "../lib/platform.js";
import { poll } from "../lib/poll.js";
import { go, href } from "../lib/router.js";
import { store } from "../lib/store.js";
import { short } from "../parts/people.js";
import { figures, isBusy, progressOf } from "../parts/segments.js";
import { action, card, toast } from "../parts/states.js";

export async function plan({ id, signal }) {
  const known = await store(signal);
  let [segment, told] = await Promise.all([get(`/segments/${id}`, signal), get(`/segments/${id}/plan`, signal)]);
  const parts = [h("div"), h("div", { "aria-live": "polite" }), h("div")];
  const draw = () => {
    keep(parts[0], [segment.name, segment.state, segment.sentence, told.state], () => head(segment));
    keep(parts[1], told, () => outcome(segment, told, known));
    keep(parts[2], [told.state, segment.state, segment.labels, told.shows], () => next(segment, told));
  };
  draw();
  poll(signal, async () => {
    [segment, told] = await Promise.all([get(`/segments/${id}`, signal), get(`/segments/${id}/plan`, signal)]);
    draw();
  }, () => (isBusy(told) ? 700 : 10_000));
  return h("div", {}, h("a", { class: "back", href: href(`/segments/${id}`) }, `← Back to the segment`), parts);
}

function head(segment) {
  return h("div", { class: "head" }, h("div", { class: "titles" },
    h("div", {}, h("h1", {}, `Preview of ${segment.name}`)), h("p", { class: "quiet" }, segment.sentence ?? "")));
}

function outcome(segment, told, known) {
  if (isBusy(told)) {
    const text = known.state === "ready" ? null : h("p", { class: "quiet" }, "Your store's history comes first; this starts by itself when it is complete.");
    return card("Looking at your customers", progressOf(told), text);
  }
  if (told.state === "failed") {
    return h("section", { class: "notice critical" }, h("h3", {}, "This could not be worked out"), h("p", {}, "Nothing was changed. Change the rule a little, or save it again later."));
  }
  const { joins, leaves, moves } = told.samples;
  return card(told.state === "applied" ? "Who is in" : "What would change",
    figures(told),
    told.undecided ? h("p", { class: "quiet" }, `For ${count(told.undecided, "customer")} it can't be said, because something the rule asks for isn't known about them. They stay as they are.`) : null,
    h("div", { class: "pair" },
      h("div", { class: "stack" }, h("h3", {}, "Some who join"), short(joins, "Nobody joins.")),
      h("div", { class: "stack" }, h("h3", {}, "Some who leave"), short(leaves, "Nobody leaves."))),
    moves.length ? h("div", { class: "stack" }, h("h3", {}, "Some who move"), short(moves, "")) : null);
}

function next(segment, told) {
  if (isBusy(told)) return h("div");
  const edit = h("a", { class: "button", href: href(`/segments/${segment.id}/edit`), "data-key": "edit" }, "Change the rule");
  const named = segment.labels.filter((label) => label.tag);
  if (told.state === "failed") return h("div", { class: "row" }, edit);
  if (told.state === "ready") {
    const apply = async () => {
      const { due } = await post(`/plans/${told.id}/apply`);
      toast(`The change counts now: ${count(due, "customer")} are being updated.`);
      go(`/segments/${segment.id}`);
    };
    return card(null, h("p", {}, "Nothing in your store has changed yet. Until you apply it, the rule before counts."), shows(told),
      h("div", { class: "row" }, action("Apply", apply, { primary: true }), edit));
  }
  if (segment.state === "live") {
    return card(null, h("p", {}, "This counts now, and your store is up to date with it."),
      h("div", { class: "row" }, h("a", { class: "button primary", href: href(`/segments/${segment.id}`) }, "Open the segment")));
  }
  const live = async () => {
    const { due } = await post(`/segments/${segment.id}/live`);
    toast(named.length ? `${segment.name} is live: ${count(due, "customer")} get their ${platform.tag.one}.` : `${segment.name} is live.`);
    go(`/segments/${segment.id}`);
  };
  const sum = told.joins + told.stays + told.moves;
  const text = named.length
    ? ["Nothing has been written to your store yet. Going live puts ", named.map((label, place) => [place ? ", " : "", h("span", { class: "tag" }, label.tag)]),
      ` on ${segment.labels.length > 1 ? "the customers of each tier" : count(sum, "customer")}, and keeps it right from then on.`]
    : told.shows.length ? ["Nothing has been written to your store yet. This is what going live does, and keeps right from then on:"]
    : [`This segment has no ${platform.tag.one}, so going live changes nothing in your store; other segments can refer to it. Edit it to give it a ${platform.tag.one}.`];
  return card(null, h("p", {}, text), shows(told),
    h("div", { class: "row" }, action("Go live", live, { primary: true }),
      h("a", { class: "button", href: href(`/segments/${segment.id}`), "data-key": "keep" }, "Keep in preview"), edit));
}

// What it does beyond tags.
function shows(told) {
  return told.shows.length ? h("ul", { class: "stack" }, told.shows.map((said) => h("li", {}, said))) : null;
}
