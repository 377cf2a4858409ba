// Which view an address shows. Addresses are real: they can be kept, shared, and gone back to.
import { h, show } from "./dom.js";
import { platform } from "./platform.js";
import { failed } from "../parts/states.js";

const root = document.querySelector('meta[name="application-root"]').content;
const page = document.getElementById("page");
const DROPPED = ["id_token", "hmac", "timestamp", "session", "plan_handle", "charge_id"]; // Good for one load only.
let routes = [];
let leaving = new AbortController();

export function href(path = "") {
  return root + path;
}

export function start(table) {
  if (platform.closed) return;
  routes = table.map(([pattern, tab, view]) => [new RegExp(`^${pattern.replace(/:id/g, "(\\d+)")}$`), tab, view]);
  addEventListener("popstate", () => render(true));
  document.addEventListener("click", followed);
  history.replaceState(platform.state, "", platform.start === null ? location.pathname + query() : root + platform.start);
  render(false);
}

export function go(path, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](platform.state, "", href(path) + query());
  render(true);
}

// The admin's parameters go along, so that a reload knows its store; the token does not.
function query() {
  const kept = new URLSearchParams(location.search);
  for (const name of DROPPED) kept.delete(name);
  const text = kept.toString();
  return text ? `?${text}` : "";
}

function followed(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || link.origin !== location.origin) return;
  if (link.hash && link.pathname === location.pathname) return;
  if (link.pathname !== root && !link.pathname.startsWith(`${root}/`)) return;
  event.preventDefault();
  go(link.pathname.slice(root.length));
}

async function render(moved) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const path = location.pathname.slice(root.length).replace(/\/$/, "");
  const [match, tab, view] = find(path);
  for (const link of document.querySelectorAll("[data-tab]")) {
    if (link.dataset.tab === tab) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const waiting = setTimeout(() => show(page, h("p", { class: "loading", role: "status" }, "Loading…")), 150);
  let node;
  try {
    node = await view({ signal, id: match[1] });
  } catch (failure) {
    if (failure.name === "AbortError") return;
    node = failed(failure, () => render(true));
  } finally {
    clearTimeout(waiting);
  }
  if (signal.aborted) return;
  show(page, node);
  const heading = page.querySelector("h1");
  document.title = heading ? `${heading.textContent} · Regulars` : "Regulars";
  if (moved) {
    scrollTo(0, 0);
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }
}

function find(path) {
  for (const [pattern, tab, view] of routes) {
    const match = pattern.exec(path);
    if (match) return [match, tab, view];
  }
  return [[], "", async () => failed(new Error("There is no such page."))];
}
