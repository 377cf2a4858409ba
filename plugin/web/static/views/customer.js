// One customer: which segments, since when, why; what stands on them in the store.
import { get } from "../lib/api.js";
import { h, keep, show } from "../lib/dom.js";
import { day, time } from "../lib/format.js";
import { platform } from "../lib/platform.js";
import { poll } from "../lib/poll.js";
import { href } from "../lib/router.js";
import { store } from "../lib/store.js";
import { nameOf } from "../parts/people.js";
import { reasons } from "../parts/reason.js";
import { card, empty } from "../parts/states.js";
import { changes } from "../parts/writes.js";

export async function customer({ id, signal }) {
  await store(signal);
  let told = await get(`/customers/${id}`, signal);
  const parts = [h("div"), h("div"), h("div"), h("div"), h("div")];
  const reasonOf = reasonsOf(id, signal);
  const draw = () => {
    keep(parts[0], told.customer, head);
    keep(parts[1], told.segments, (segments) => standings(segments, reasonOf));
    keep(parts[2], told.tags, tags);
    keep(parts[3], told.history, events);
    keep(parts[4], told.writes, (writes) => card(`Changes to this customer's ${platform.tag.many}`, changes(writes, false)));
  };
  draw();
  poll(signal, async () => {
    told = await get(`/customers/${id}`, signal);
    draw();
  }, () => 4000);
  return h("div", {}, h("a", { class: "back", href: href("/customers") }, "← All customers"), parts);
}

function head(person) {
  const facts = [person.name && person.email, person.created_at && `customer since ${day(person.created_at)}`].filter(Boolean);
  return h("div", { class: "head" }, h("div", { class: "titles" }, h("div", {}, h("h1", {}, nameOf(person))), h("p", { class: "quiet" }, facts.join(" · "))));
}

function standings(segments, reasonOf) {
  if (!segments.length) return card("Segments", empty("No segments yet", "Once there are segments, here is which ones this customer is in, and why."));
  const isIn = segments.filter((each) => each.label !== null);
  const isOut = segments.filter((each) => each.label === null);
  const row = (each) => standing(each, reasonOf);
  return card("Segments", isIn.length ? isIn.map(row) : h("p", { class: "quiet" }, "In none at the moment."),
    isOut.length ? h("h3", {}, "Not in") : null, isOut.map(row));
}

export function standing(each, reasonOf) {
  const inside = each.label !== null;
  const body = h("div", { class: "stack" });
  const details = h("details", { class: "standing", "data-key": `standing-${each.id}` },
    h("summary", { "data-key": `why-${each.id}` },
      h("b", {}, each.name), each.label ? h("span", { class: "badge good" }, each.label) : null,
      h("span", { class: "quiet" }, inside ? ["joined ", time(each.since)] : "not in", each.state === "preview" ? " · preview" : "", inside ? " · why?" : " · why not?")),
    body);
  details.addEventListener("toggle", () => { if (details.open) reasonOf(each, body); });
  return details;
}

// The reason is asked for when somebody wants to see it.
export function reasonsOf(customer, signal, links = true) {
  return async (segment, body) => {
    show(body, h("p", { class: "quiet", role: "status" }, "Looking…"));
    const link = links ? h("p", {}, h("a", { href: href(`/segments/${segment.id}`) }, "Open the segment")) : null;
    try {
      const { reason, sentence, next_change: next } = await get(`/customers/${customer}/segments/${segment.id}`, signal);
      show(body, sentence ? h("p", {}, h("b", {}, sentence)) : null,
        reason ? reasons(reason) : h("p", { class: "quiet" }, "The segment can't be worked out at the moment, so there is no reason to show."),
        next ? h("p", { class: "quiet" }, "If nothing happens, this changes ", time(next), ` (${day(next)}).`) : null, link);
    } catch (failure) {
      if (failure.name !== "AbortError") show(body, h("p", { class: "wrong" }, failure.message), link);
    }
  };
}

function tags({ wanted, written, foreign }) {
  const there = new Set([...written, ...foreign].map((tag) => tag.toLowerCase()));
  const kept = new Set(wanted.map((tag) => tag.toLowerCase()));
  const lines = [
    ...wanted.map((tag) => [tag, foreign.includes(tag) ? ["badge", "was there before us"] : there.has(tag.toLowerCase()) ? ["badge good", "on the customer"] : ["badge news", "on its way"]]),
    ...written.filter((tag) => !kept.has(tag.toLowerCase())).map((tag) => [tag, ["badge warn", "being taken off"]]),
  ];
  return card(`${platform.tag.titles} from segments`, lines.length
    ? h("ul", { class: "plain stack" }, lines.map(([tag, [style, text]]) => h("li", { class: "row" }, h("span", { class: "tag" }, tag), h("span", { class: style }, text))))
    : h("p", { class: "quiet" }, `None. ${platform.tag.titles} come from segments that are live.`));
}

function events(history) {
  return card("Joined and left", history.length
    ? h("ul", { class: "timeline" }, history.map((each) => h("li", {},
      each.entered ? "Joined " : "Left ", h("b", {}, each.segment ?? "a segment that was deleted"), each.label ? ` as ${each.label}` : "",
      " ", h("span", { class: "quiet" }, time(each.true_at), ` · ${each.cause}`))))
    : h("p", { class: "quiet" }, "Nothing yet."));
}
