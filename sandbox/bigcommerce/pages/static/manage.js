// The control panel's side of the frame: two plain lists, and panels of the app beside a customer.
"use strict";

const { store, app: appAddress, number, currency, user } = document.body.dataset;
const appOrigin = new URL(appAddress).origin;
const api = `/_sandbox/bigcommerce/stores/${encodeURIComponent(store)}`;
const frame = document.getElementById("app");
const table = document.getElementById("table");
const panel = document.getElementById("panel");
const money = new Intl.NumberFormat("en", { style: "currency", currency });

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  const options = body ? { method: "POST", headers, body: JSON.stringify(body) } : {};
  return (await fetch(api + path, { cache: "no-store", ...options })).json();
}

const columns = {
  orders: [
    ["Order", (o) => o.id], ["Date", (o) => new Date(o.created_at).toLocaleString("en")], ["Status", (o) => o.status],
    ["Refunded", (o) => money.format(o.refunded), "number"], ["Total", (o) => money.format(o.total), "number"],
  ],
  customers: [
    ["Name", (c) => [c.name, element("small", {}, c.email)]], ["Action", (c) => actions(c)],
    ["Group", (c) => c.group || "–"],
    ["Attributes", (c) => Object.entries(c.attributes).map(([name, value]) => element("div", {}, `${name}: ${value}`))],
    ["Segments", (c) => c.segments.join(", ")],
    ["Orders", (c) => c.orders, "number"], ["Spent", (c) => money.format(c.spent), "number"],
  ],
};

function actions(customer) {
  return [...document.getElementById("panels").content.querySelectorAll("button")].map((model) => {
    const button = model.cloneNode(true);
    button.addEventListener("click", () => openPanel(button.dataset, button.textContent, customer));
    return button;
  });
}

async function openPanel({ context, url }, title, customer) {
  const { url: address } = await ask("/load", { path: url.replaceAll("${id}", customer.id), user_id: Number(user) });
  if (context === "LINK") {
    frame.src = address;
    show("app");
    return;
  }
  panel.querySelector("h2").textContent = `${title}: ${customer.name}`;
  panel.querySelector("iframe").src = address;
  panel.hidden = false;
}

async function show(view) {
  for (const button of document.querySelectorAll("nav [data-view]")) {
    if (button.dataset.view === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  frame.hidden = view !== "app";
  table.hidden = view === "app";
  if (view === "app") return;
  const rows = await ask(view === "orders" ? "/orders?limit=100" : "/customers");
  rows.sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  const cells = (row) => columns[view].map(([, value, kind]) => element("td", { class: kind }, ...[value(row)].flat()));
  table.replaceChildren(
    element("h1", {}, view === "orders" ? "Orders" : "Customers"),
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
document.getElementById("close").addEventListener("click", () => { panel.hidden = true; });
document.getElementById("toggle").addEventListener("click", (event) => {
  const pane = document.getElementById("window");
  pane.hidden = !pane.hidden;
  event.currentTarget.setAttribute("aria-expanded", String(!pane.hidden));
});

// The platform's script in the app's frames speaks JSChannel: JSON as text, in the scope "bc". Who says ping is told
// pong, and from then on either may notify the other.
const listening = new Set();

const say = (to, method, params) => to.postMessage(JSON.stringify({ method: `bc::${method}`, params }), appOrigin);

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== appOrigin || typeof data !== "string" || !data.startsWith("{")) return;
  const { method, params } = JSON.parse(data);
  if (method === "bc::__ready" && params === "ping") {
    listening.add(source);
    say(source, "__ready", "pong");
  } else if (method === "bc::iframeUrlChange" && source === frame.contentWindow) {
    const { pathname, search } = new URL(params.href); // So that the whole window can be loaded again.
    history.replaceState(null, "", `/bigcommerce/manage/${store}/app/${number}${pathname}${search}`);
  }
});

document.getElementById("logout").addEventListener("click", (event) => {
  if (event.currentTarget.dataset.done) return location.reload();
  for (const each of listening) say(each, "logout");
  event.currentTarget.dataset.done = "yes";
  event.currentTarget.textContent = "Log in again";
});
