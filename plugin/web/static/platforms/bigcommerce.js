// Inside BigCommerce's control panel: the page was given a token, and renews it as long as it is open. A window keeps
// the tokens of its visits to itself, so that a frame can be loaded again; they end when somebody logs out.
import { h } from "../lib/dom.js";
import { around } from "../lib/platform.js";

const KEPT = "visits", MOST = 8;
const given = document.querySelector('meta[name="visit"]');
const name = given.dataset.name || (history.state?.visit ?? "");
const isNew = given.content !== "";
let token = given.content || (read()[name] ?? "");
let ends = isNew ? performance.now() + 1000 * given.dataset.seconds : 0;
let half = isNew ? performance.now() + 500 * given.dataset.seconds : 0;
let under = null;

given.remove(); // Nothing else on the page needs to find it.
if (isNew) write();
if (token) {
  document.querySelector("nav.tabs")?.removeAttribute("hidden");
  setInterval(() => performance.now() > half && renewed(), 15_000);
  addEventListener("visibilitychange", () => performance.now() > half && renewed());
  addEventListener("DOMContentLoaded", listen); // By then the address is the view's.
}

around({
  token: async () => {
    if (performance.now() > ends - 10_000) await renewed();
    else if (performance.now() > half) renewed();
    return token || new Promise(() => {}); // Nobody is there any more: no call is made.
  },
  outputs: true,
  beside: true,
  start: given.dataset.start ?? null,
  state: { visit: name },
  closed: !token,
  tag: { one: "label", many: "labels", title: "Label", titles: "Labels", hint: "It is written into the attribute Segments of these customers once the segment is live." },
});

// At most one renewal is under way; one that fails is tried again with the next call.
function renewed() {
  under ??= renew().catch(() => undefined).finally(() => { under = null; });
  return under;
}

async function renew() {
  const answer = await visit("POST");
  if (!answer.ok || !token) return;
  const told = await answer.json();
  token = told.token;
  ends = performance.now() + 1000 * told.seconds;
  half = performance.now() + 500 * told.seconds;
  write();
}

function visit(method) {
  const headers = { Accept: "application/json", Authorization: `Bearer ${token}` };
  return fetch("/api/visit", { method, headers, keepalive: true });
}

// The platform's script tells when somebody logs out, whatever window they do it in.
function listen() {
  const init = () => window.Bigcommerce.init({ onLogout: over });
  if (window.Bigcommerce) init();
  else window.bcAsyncInit = init;
}

function over() {
  if (!token) return;
  visit("DELETE").catch(() => undefined);
  token = "";
  forget();
  const heading = h("h1", { tabindex: "-1" }, "You are logged out");
  document.body.replaceChildren(h("main", { id: "page" }, heading, h("p", {}, "Log in to your control panel and open Regulars there.")));
  heading.focus();
}

// A window that keeps nothing throws; then a frame is opened by the control panel alone.
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function write() {
  const others = Object.entries(read()).filter(([each]) => each !== name).slice(1 - MOST);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries([...others, [name, token]])));
  } catch {
    return;
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    return;
  }
}
