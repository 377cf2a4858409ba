// Where else in the store a segment shows: groups, attributes, segments of the platform's own.
import { get, put, remove } from "../lib/api.js";
import { h, keep, say, show } from "../lib/dom.js";
import { count, number } from "../lib/format.js";
import { platform } from "../lib/platform.js";
import { poll } from "../lib/poll.js";
import { href } from "../lib/router.js";
import { asking } from "./asking.js";
import { action, card, confirm, toast } from "./states.js";

const BADGES = {
  making: ["badge news", "Being made"], standing: ["badge good", "Up to date"], refused: ["badge bad", "Refused"],
  gone: ["badge warn", "Deleted"], leaving: ["badge news", "Being removed"], waiting: ["badge news", "Being updated"],
  asked: ["badge", "Waits"], resting: ["badge", "Empty"],
};
const SHOWN = { group: ["is in it", "are in it"], native: ["is in it", "are in it"], attribute: ["has it", "have it"] };

export async function outputs(id, signal) {
  const path = `/segments/${id}/outputs`;
  const body = h("div", { class: "stack" });
  const parts = new Map();
  let told;
  const draw = (answer) => {
    told = answer;
    for (const kind of told.kinds) part(kind).draw(kind);
  };
  const part = (kind) => {
    if (!parts.has(kind.kind)) {
      const made = ofKind(path, kind, draw);
      parts.set(kind.kind, made);
      body.append(made.node);
    }
    return parts.get(kind.kind);
  };
  const look = async () => draw(await get(path, signal));
  await look();
  poll(signal, look, () => (isMoving(told) ? 1000 : 5000));
  return { look: () => look().catch(() => undefined), leaving: () => leaving(told), card: told.kinds.length ? card("Where else it shows", body) : null };
}

// What becomes of what there is when the segment shows no longer.
function leaving({ kinds }) {
  const there = kinds.flatMap((kind) => kind.outputs.filter(({ shown, waiting }) => shown || waiting));
  return there.length ? ` They are taken out of ${there.map(({ name }) => name).join(", ")} too.` : "";
}

const isMoving = ({ kinds }) => kinds.some(({ moving }) => moving);

// The list is drawn anew when something changed; a form that somebody is filling in stays as it is.
function ofKind(path, kind, drawAll) {
  const list = h("div");
  const more = h("div");
  const heard = new Map();
  let now = kind;
  const send = async (choice) => {
    drawAll(await put(`${path}/${now.kind}`, choice));
    toast(`Added: ${choice.name}.`);
  };
  const button = () => {
    const made = action(now.add, () => open(), { key: `add-${now.kind}` });
    return h("div", { class: "row" }, made);
  };
  const open = async () => {
    const room = await get(`/outputs/${now.kind}/room`);
    show(more, asking(now, room, { send, close }));
    more.querySelector("input, select, button")?.focus();
  };
  const close = () => {
    keep(more, { closed: now.free.length, at: Date.now() }, () => (now.free.length ? button() : h("div")));
    more.querySelector("button")?.focus();
  };
  const tell = ({ label, name, shows }) => {
    if (heard.has(label) && heard.get(label) !== shows) say(`${name}: ${BADGES[shows][1]}`);
    heard.set(label, shows);
  };
  const draw = (told) => {
    now = told;
    told.outputs.forEach(tell);
    keep(list, told, () => h("div", { class: "stack" }, told.outputs.map((each) => row(path, told, each, drawAll)),
      told.notes.map((note) => h("p", { class: "quiet" }, note))));
    if (!more.querySelector("form")) keep(more, told.free.length > 0, () => (told.free.length ? button() : h("div")));
  };
  return { draw, node: h("section", { class: "setting stack" }, h("h3", {}, kind.title), h("p", { class: "quiet" }, kind.does), list, more) };
}

function row(path, kind, each, drawAll) {
  const [style, word] = BADGES[each.shows];
  const key = `${kind.kind}-${each.label}`;
  const again = async () => drawAll(await put(`${path}/${kind.kind}`, { label: each.label, name: each.name, says: each.says }));
  const take = async () => {
    const stands = ["standing", "making"].includes(each.state);
    if (stands && !(await confirm(`Remove ${each.name}?`, kind.leaves, "Remove"))) return;
    drawAll(await remove(`${path}/${kind.kind}?label=${encodeURIComponent(each.label)}`));
    toast(`${each.name} is removed.`);
  };
  return h("div", { class: "case" },
    h("div", { class: "row" }, each.label ? `${each.label}:` : null, h("span", { class: "tag" }, each.name), h("span", { class: style }, word),
      each.says ? h("span", { class: "quiet" }, kind.sayings.find(({ says }) => says === each.says)?.said ?? "") : null),
    each.said ? h("p", {}, each.said) : null,
    each.state === "standing" ? numbers(kind, each) : null,
    each.can.length ? h("div", { class: "row" },
      each.can.includes("again") ? action("Try again", again, { key: `again-${key}` }) : null,
      each.can.includes("remove") ? named(action("Remove", take, { key: `remove-${key}` }), `Remove ${each.name}`) : null) : null);
}

// How many are in, on their way, refused, and held back, and by what.
function numbers({ kind }, { shown, waiting, refused, held }) {
  const said = [`${count(shown, "customer")} ${SHOWN[kind][shown === 1 ? 0 : 1]}`, waiting && `${number(waiting)} on the way`, refused && `${number(refused)} of them refused; we try again`];
  const stay = held.reduce((sum, each) => sum + each.customers, 0);
  return h("div", {}, h("p", { class: "number" }, said.filter(Boolean).join(" · ")),
    stay ? h("p", {}, `${count(stay, "customer")} ${stay === 1 ? "stays" : "stay"} where they are, in `,
      held.map((each) => `${each.name} (${number(each.customers)})`).join(", "), ". ",
      h("a", { href: href("/settings"), "data-key": "leavable" }, "Choose which groups they may leave")) : null);
}

function named(button, label) {
  button.setAttribute("aria-label", label);
  return button;
}
