// The shop window: who you are, what you buy, and the tags the store has for you, as they come and go.
"use strict";

const { shop, currency } = document.body.dataset;
const api = `/_sandbox/shops/${encodeURIComponent(shop)}`;
const money = new Intl.NumberFormat("en", { style: "currency", currency });
const by = (id) => document.getElementById(id);
const number = (gid) => gid.split("/").pop();

let people = [];
let chosen = null;
let basket = new Map();
let shown = null; // Tags as last seen: tag → null, or a word on how it came.
let actedAt = 0;
let lastOrder = null;

async function ask(path, method = "GET", body = undefined) {
  const options = { method, cache: "no-store" };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(api + path, options);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error || `HTTP ${answer.status}`);
  return said;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function loadPeople(select) {
  people = await ask("/customers");
  people.sort((a, b) => a.name.localeCompare(b.name));
  listPeople();
  choose(select || (by("who").value ?? number(people[0].gid)));
}

function listPeople() {
  const wanted = by("find").value.trim().toLowerCase();
  const fits = (c) => [c.name, c.email, ...c.tags].some((text) => (text || "").toLowerCase().includes(wanted));
  const found = people.filter(fits);
  by("who").replaceChildren(...found.map((c) =>
    element("option", { value: number(c.gid) }, described(c))));
  return found;
}

function described(c) {
  return `${c.name} · ${c.number_of_orders} ${c.number_of_orders === 1 ? "order" : "orders"} · ${money.format(c.amount_spent)}`;
}

async function choose(id) {
  if (!id) return;
  chosen = id;
  by("who").value = id;
  shown = null;
  const orders = await ask(`/orders?customer_id=${id}`);
  lastOrder = [...orders].reverse().find((o) => Number(o.received) > Number(o.refunded) && !o.cancelled_at) || null;
  by("refund").disabled = !lastOrder;
  await look();
}

async function look() {
  if (!chosen) return;
  const id = chosen;
  const who = await ask(`/customers/${id}`);
  if (id !== chosen) return;
  const option = by("who").selectedOptions[0];
  if (option && option.value === id && option.textContent !== described(who)) option.textContent = described(who);
  by("count").textContent = who.number_of_orders;
  by("spent").textContent = money.format(who.amount_spent);
  by("from").textContent = [who.city, who.country_code].filter(Boolean).join(", ") || "–";
  showTags(who.tags);
}

function showTags(tags) {
  const before = shown;
  const now = new Map();
  for (const tag of tags) {
    if (before === null) now.set(tag, null);
    else now.set(tag, before.has(tag) && before.get(tag) !== "gone" ? before.get(tag) : moment("appeared"));
  }
  if (before) for (const [tag, how] of before) if (!now.has(tag)) now.set(tag, how === "gone" || how?.startsWith("removed") ? how : moment("removed"));
  const same = before && before.size === now.size && [...now].every(([tag, how]) => before.get(tag) === how);
  shown = now;
  if (same) return;
  const chips = [...now].map(([tag, how]) => {
    const chip = element("li", { class: how?.startsWith("removed") ? "gone" : how ? "fresh" : "" }, tag);
    if (how) chip.append(element("small", {}, how));
    return chip;
  });
  by("tags").replaceChildren(...(chips.length ? chips : [element("li", { class: "none" }, "none yet")]));
}

function moment(word) {
  const at = new Date().toLocaleTimeString("en-GB");
  const after = actedAt ? ` · ${((Date.now() - actedAt) / 1000).toFixed(1)} s later` : "";
  return `${word} ${at}${after}`;
}

function showBasket() {
  const items = [...basket.values()];
  const rows = items.map(({ product, count }) =>
    element("li", {}, `${count} × ${product.title}`, element("span", {}, money.format(product.price * count))));
  by("basket").replaceChildren(...(rows.length ? rows : [element("li", { class: "none" }, "empty")]));
  by("sum").textContent = items.length ? money.format(items.reduce((sum, i) => sum + i.product.price * i.count, 0)) : "";
  by("pay").disabled = !items.length || !chosen;
}

async function loadGoods() {
  const goods = await ask("/products");
  by("goods").replaceChildren(...goods.map((product) => {
    const add = element("button", { type: "button", "aria-label": `Put ${product.title} into the basket` },
      element("span", {}, money.format(product.price)), element("span", { "aria-hidden": "true" }, "+"));
    add.addEventListener("click", () => {
      const kept = basket.get(product.gid) || { product, count: 0 };
      basket.set(product.gid, { product, count: kept.count + 1 });
      showBasket();
    });
    return element("li", {},
      element("div", { class: `swatch ${product.colour}`, "aria-hidden": "true" }, product.title[0]),
      element("div", { class: "text" }, product.title, element("small", {}, product.type)), add);
  }));
}

async function act(work) {
  try {
    actedAt = Date.now();
    by("said").textContent = await work();
    await look();
  } catch (problem) {
    by("said").textContent = problem.message;
  }
}

by("find").addEventListener("input", () => {
  const found = listPeople();
  if (found.some((c) => number(c.gid) === chosen)) by("who").value = chosen;
  else if (found.length) choose(number(found[0].gid));
});
by("who").addEventListener("change", () => choose(by("who").value));
by("new").addEventListener("click", () => {
  by("join").hidden = !by("join").hidden;
  by("new").setAttribute("aria-expanded", String(!by("join").hidden));
});

by("join").addEventListener("submit", (event) => {
  event.preventDefault();
  act(async () => {
    const form = new FormData(by("join"));
    const [first, last] = [form.get("first_name"), form.get("last_name")];
    const mailbox = `${first}.${last}.${Date.now() % 100000}`.toLowerCase().replace(/[^a-z0-9.]/g, "");
    const made = await ask("/customers", "POST", {
      first_name: first, last_name: last, country_code: form.get("country_code"),
      email: `${mailbox}@example.com`, email_consent: form.get("consent") ? "SUBSCRIBED" : "NOT_SUBSCRIBED",
    });
    by("join").hidden = true;
    by("new").setAttribute("aria-expanded", "false");
    by("find").value = "";
    await loadPeople(number(made.gid));
    return `Welcome, ${first}.`;
  });
});

by("pay").addEventListener("click", () => act(async () => {
  const lines = [...basket].map(([gid, { count }]) => ({ product_id: gid, quantity: count }));
  lastOrder = await ask("/orders", "POST", { customer_id: chosen, lines });
  basket = new Map();
  showBasket();
  by("refund").disabled = false;
  return `Thank you! Order ${lastOrder.name} over ${money.format(lastOrder.total)} is paid.`;
}));

by("refund").addEventListener("click", () => act(async () => {
  const order = await ask(`/orders/${number(lastOrder.gid)}/refund`, "POST", {});
  lastOrder = null;
  by("refund").disabled = true;
  return `Order ${order.name} is refunded: ${money.format(order.refunded)}.`;
}));

async function poll() {
  if (!document.hidden) await look().catch(() => {});
  setTimeout(poll, 400);
}

showBasket();
loadGoods();
loadPeople().then(poll);
