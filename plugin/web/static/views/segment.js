// One segment: who is in it, what it means, and the switch between preview and live.
import { get, post, remove } from "../lib/api.js";
import { h, keep } from "../lib/dom.js";
import { count, number, time } from "../lib/format.js";
import { platform } from "../lib/platform.js";
import { poll } from "../lib/poll.js";
import { go, href } from "../lib/router.js";
import { store } from "../lib/store.js";
import { native } from "../parts/native.js";
import { outputs } from "../parts/outputs.js";
import { table } from "../parts/people.js";
import { figures, isBusy, progressOf, size, stateBadge } from "../parts/segments.js";
import { action, card, confirm, empty, toast } from "../parts/states.js";

export async function segment({ id, signal }) {
  await store(signal);
  let [told, first] = await Promise.all([get(`/segments/${id}`, signal), get(`/segments/${id}/members`, signal)]);
  const parts = { head: h("div"), news: h("div"), facts: h("div"), members: h("div"), versions: h("div") };
  const beside = platform.segments ? native(id, signal) : null;
  const elsewhere = platform.outputs ? await outputs(id, signal) : null;
  let applied = told.applied_version;
  let turned = told.state;
  const look = async () => {
    [told, first] = await Promise.all([get(`/segments/${id}`, signal), get(`/segments/${id}/members`, signal)]);
    draw();
    if (elsewhere && turned !== told.state) await elsewhere.look();
    turned = told.state;
  };
  const draw = () => {
    keep(parts.head, [told.name, told.state, told.stale_since, told.plan?.state, told.applied_version], () => head(told, look, elsewhere));
    keep(parts.news, [told.stale_since, told.plan], () => news(told));
    keep(parts.facts, [told.sentence, told.size, told.labels, told.state, told.used_by], () => facts(told));
    keep(parts.members, first, () => members(told, first));
    keep(parts.versions, told.versions, () => versions(told));
    if (applied !== told.applied_version) [beside, elsewhere].forEach((each) => each?.look());
    applied = told.applied_version;
  };
  draw();
  poll(signal, look, () => (isBusy(told.plan) ? 1000 : 5000));
  return h("div", {}, h("a", { class: "back", href: href() }, "← All segments"), Object.values(parts).slice(0, 3), elsewhere?.card ?? null,
    Object.values(parts).slice(3), beside?.card ?? null);
}

function head(told, look, elsewhere) {
  const path = `/segments/${told.id}`;
  const live = told.state === "live";
  const ready = told.applied_version !== null;
  const turn = async () => {
    const { due } = await post(`${path}/${live ? "preview" : "live"}`);
    const tagged = told.labels.some((label) => label.tag);
    toast(live ? `${told.name} is in preview.${tagged ? ` Its ${platform.tag.many} are taken off.` : ""}`
      : `${told.name} is live${tagged ? `: ${count(due, "customer")} get their ${platform.tag.one}` : ""}.`);
    await look();
  };
  const pause = async () => {
    const yes = await confirm(`Put ${told.name} back to preview?`, `Its ${platform.tag.many} are taken off your customers in the store.${elsewhere?.leaving() ?? ""} You can go live again at any time.`, "Back to preview");
    if (yes) await turn();
  };
  return h("div", { class: "head" },
    h("div", { class: "titles" }, h("div", {}, h("h1", {}, told.name), stateBadge(told))),
    h("div", { class: "row" },
      h("a", { class: "button", href: href(`${path}/edit`), "data-key": "edit" }, "Edit"),
      action("Delete", () => erase(told, elsewhere), { key: "delete" }),
      live ? action("Back to preview", pause, { key: "turn" }) : ready ? action("Go live", turn, { primary: true, key: "turn" }) : null));
}

async function erase(told, elsewhere) {
  const tagged = told.state === "live" ? " Its tags are taken off your customers in the store." : "";
  const shown = elsewhere?.leaving() ?? "";
  if (!(await confirm(`Delete ${told.name}?`, `This can't be undone.${tagged}${shown}`, "Delete segment"))) return;
  await remove(`/segments/${told.id}`);
  toast(`${told.name} is deleted.`);
  go("");
}

function news(told) {
  const { plan } = told;
  const shown = [];
  if (told.stale_since) {
    shown.push(h("section", { class: "notice critical" }, h("h3", {}, "This segment can't be worked out at the moment"),
      h("p", {}, "Since ", time(told.stale_since), `. Its customers and ${platform.tag.many} stay as they were; it is tried again every hour. Changing the rule helps too.`)));
  }
  if (isBusy(plan)) shown.push(card("Working it out", progressOf(plan)));
  if (plan?.state === "failed") shown.push(h("p", { class: "notice critical" }, "The last preview failed and nothing was changed. Save the segment again to try once more."));
  if (plan?.state === "ready" && told.state === "live") {
    shown.push(h("section", { class: "notice warn" }, h("h3", {}, "A change waits for your word"),
      h("p", {}, `${count(plan.joins, "customer")} would join, ${number(plan.leaves)} would leave. Until then the rule before it counts.`),
      h("div", { class: "row" }, h("a", { class: "button", href: href(`/segments/${told.id}/plan`) }, "Look at the change"))));
  }
  return h("div", {}, shown);
}

function facts(told) {
  const several = told.labels.length > 1;
  const written = told.state === "live" ? "on these customers in your store" : "will be put on these customers when you go live";
  return card(null,
    h("dl", { class: "figures" }, h("div", {}, h("dt", {}, "Customers"), h("dd", {}, size(told))),
      several ? told.labels.map((label) => h("div", {}, h("dt", {}, label.label), h("dd", {}, number(label.size)))) : null),
    h("p", { class: "sentence" }, told.sentence ?? "This rule was written for an older version. Edit it to bring it up to date."),
    h("ul", { class: "plain stack" }, told.labels.map((label) => h("li", {}, several ? `${label.label}: ` : "",
      label.tag ? [h("span", { class: "tag" }, label.tag), h("span", { class: "quiet" }, ` ${written}`)] : h("span", { class: "quiet" }, `no ${platform.tag.one}`)))),
    told.used_by.length ? h("p", { class: "quiet" }, `Used by ${told.used_by.join(", ")}.`) : null);
}

function members(told, first) {
  if (!first.customers.length) {
    const waits = told.applied_version === null;
    return card("Customers", empty(waits ? "Not worked out yet" : "Nobody at the moment",
      waits ? "The list appears as soon as the first look at all customers is complete." : "As soon as a customer fits the rule, they are here."));
  }
  const options = { labels: told.labels.length > 1, since: true };
  const list = h("div", {}, table(first.customers, options));
  const more = h("div", { class: "row" });
  let next = first.next;
  const button = action("Show more", async () => {
    const page = await get(`/segments/${told.id}/members?after=${next}`);
    const rows = table(page.customers, options).querySelectorAll("tbody tr");
    const start = rows[0]?.querySelector("a");
    list.querySelector("tbody").append(...rows);
    next = page.next;
    if (!next) more.remove();
    start?.focus();
  });
  more.append(button);
  return card("Customers", list, next ? more : null);
}

function versions(told) {
  return card(null, h("details", { "data-key": "versions" }, h("summary", {}, `Versions (${number(told.versions.length)})`),
    h("ul", { class: "timeline" }, told.versions.map((each) => h("li", {},
      h("b", {}, `Version ${each.version}`), " ", h("span", { class: "quiet" }, time(each.created_at), each.version === told.applied_version ? ", in use" : ""),
      h("p", {}, each.sentence ?? "Written for an older version of the rules."))))));
}
