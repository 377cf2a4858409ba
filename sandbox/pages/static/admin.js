// The admin's side of the frame: ID tokens, toasts and navigation for the app, and two plain lists.
"use strict";

const { shop, app: appOrigin, currency } = document.body.dataset;
const api = `/_sandbox/shops/${encodeURIComponent(shop)}`;
const frame = document.getElementById("app");
const table = document.getElementById("table");
const money = new Intl.NumberFormat("en", { style: "currency", currency });

async function ask(path, options = {}) {
  const answer = await fetch(api + path, { cache: "no-store", ...options });
  return answer.json();
}

function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

// What the app's page says by postMessage; anything from elsewhere is ignored.
addEventListener("message", async (event) => {
  if (event.source !== frame.contentWindow || event.origin !== new URL(appOrigin).origin) return;
  const said = event.data || {};
  if (said.sandbox === "id-token") {
    const { id_token: token } = await post("/id-token");
    event.source.postMessage({ sandbox: "id-token", id: said.id, token }, event.origin);
  } else if (said.sandbox === "scopes") {
    const granted = await grant(Array.isArray(said.scopes) ? said.scopes.map(String) : []);
    event.source.postMessage({ sandbox: "scopes", id: said.id, granted }, event.origin);
  } else if (said.sandbox === "leave") {
    const url = new URL(String(said.url));
    if (["http:", "https:"].includes(url.protocol)) location.assign(url);
  } else if (said.sandbox === "toast") {
    toast(String(said.message), Boolean(said.isError), Number(said.duration) || 5000);
  } else if (said.sandbox === "nav") {
    showNav(Array.isArray(said.links) ? said.links : []);
  }
});

// The merchant is asked; what they allow is the app's from then on.
async function grant(wanted) {
  if (!confirm(`The app asks for more access: ${wanted.join(", ")}. Allow it?`)) return false;
  const { scopes } = await ask("");
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ scopes: [...new Set([...scopes, ...wanted])] });
  await ask("/scopes", { method: "PUT", headers, body });
  return true;
}

let toastTimer = 0;
function toast(message, isError, duration) {
  const box = document.getElementById("toast");
  box.textContent = message;
  box.classList.toggle("error", isError);
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, duration);
}

function showNav(links) {
  document.getElementById("app-nav").replaceChildren(...links.slice(0, 12).map(({ label, path }) => {
    const button = element("button", { type: "button" }, String(label));
    button.addEventListener("click", () => openApp(String(path)));
    return element("li", {}, button);
  }));
}

async function openApp(path) {
  if (!/^\/(?![\/\\])/.test(path)) return;
  const { url } = await post("/open", { path });
  frame.src = url;
  show("app");
}

const columns = {
  orders: [
    ["Order", (o) => o.name], ["Date", (o) => new Date(o.processed_at).toLocaleString("en")],
    ["Payment", (o) => o.financial_status.toLowerCase().replaceAll("_", " ")], ["Channel", (o) => o.source_name],
    ["Refunded", (o) => money.format(o.refunded), "number"], ["Total", (o) => money.format(o.total), "number"],
  ],
  customers: [
    ["Customer", (c) => c.name], ["Location", (c) => [c.city, c.country_code].filter(Boolean).join(", ")],
    ["Tags", (c) => c.tags.map((tag) => element("span", { class: "tag" }, tag))],
    ["Orders", (c) => c.number_of_orders, "number"], ["Spent", (c) => money.format(c.amount_spent), "number"],
  ],
};

async function show(view) {
  for (const button of document.querySelectorAll("nav [data-view]")) {
    if (button.dataset.view === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  frame.hidden = view !== "app";
  table.hidden = view === "app";
  if (view === "app") return;
  const rows = await ask(view === "orders" ? "/orders?limit=100" : "/customers");
  if (view === "orders") rows.reverse();
  else rows.sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  const title = view === "orders" ? "Orders" : "Customers";
  const cells = (row) => columns[view].map(([, value, kind]) => element("td", { class: kind }, ...[value(row)].flat()));
  table.replaceChildren(
    element("h1", {}, title),
    element("table", {},
      element("thead", {}, element("tr", {}, ...columns[view].map(([name, , kind]) =>
        element("th", { scope: "col", class: kind }, name)))),
      element("tbody", {}, ...rows.slice(0, 100).map((row) => element("tr", {}, ...cells(row))))),
  );
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

for (const button of document.querySelectorAll("nav [data-view]")) {
  button.addEventListener("click", () => show(button.dataset.view));
}

document.getElementById("toggle").addEventListener("click", (event) => {
  const pane = document.getElementById("window");
  pane.hidden = !pane.hidden;
  event.currentTarget.setAttribute("aria-expanded", String(!pane.hidden));
});
