// Who you are, what you buy, and the labels the store has for you, as they come and go: at a store of any platform,
// whose own calls are given (`store`, see window.js).
const money = new Intl.NumberFormat("en", { style: "currency", currency: document.body.dataset.currency });
const COLOURS = ["pine", "sky", "rust", "sand", "slate", "moss", "plum", "sea"];
const by = (id) => document.getElementById(id);

let store = null;
let people = [];
let chosen = null;
let basket = new Map();
let shown = null; // Labels as last seen: label → null, or a word on how it came.
let actedAt = 0;
let lastOrder = null;

// Calls under an address, answered in JSON.
export function caller(address) {
  return async (path, method = "GET", body = undefined) => {
    const options = { method, cache: "no-store" };
    if (body !== undefined) {
      options.headers = { "Content-Type": "application/json" };
      options.body = JSON.stringify(body);
    }
    const answer = await fetch(address + path, options);
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error || `HTTP ${answer.status}`);
    return said;
  };
}

export function open(given) {
  store = given;
  showBasket();
  loadGoods();
  loadPeople().then(poll);
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function loadPeople(select) {
  people = await store.people();
  people.sort((a, b) => a.name.localeCompare(b.name));
  listPeople();
  choose(select || by("who").value);
}

function listPeople() {
  const wanted = by("find").value.trim().toLowerCase();
  const fits = (c) => [c.name, c.email, ...c.labels].some((text) => (text || "").toLowerCase().includes(wanted));
  const found = people.filter(fits);
  by("who").replaceChildren(...found.map((c) =>
    element("option", { value: c.id }, described(c))));
  return found;
}

function described(c) {
  return `${c.name} · ${c.orders} ${c.orders === 1 ? "order" : "orders"} · ${money.format(c.spent)}`;
}

async function choose(id) {
  if (!id) return;
  chosen = id;
  by("who").value = id;
  shown = null;
  lastOrder = await store.lastOrder(id);
  by("refund").disabled = !lastOrder;
  await look();
}

async function look() {
  if (!chosen) return;
  const id = chosen;
  const who = await store.person(id);
  if (id !== chosen) return;
  const option = by("who").selectedOptions[0];
  if (option && option.value === id && option.textContent !== described(who)) option.textContent = described(who);
  by("count").textContent = who.orders;
  by("spent").textContent = money.format(who.spent);
  by("from").textContent = who.from || "–";
  for (const [id, text] of Object.entries(who.more ?? {})) by(id).textContent = text || "–";
  showLabels(who.labels);
}

function showLabels(labels) {
  const before = shown;
  const now = new Map();
  for (const label of labels) {
    if (before === null) now.set(label, null);
    else now.set(label, before.has(label) && before.get(label) !== "gone" ? before.get(label) : moment("appeared"));
  }
  if (before) for (const [label, how] of before) if (!now.has(label)) now.set(label, how === "gone" || how?.startsWith("removed") ? how : moment("removed"));
  const same = before && before.size === now.size && [...now].every(([label, how]) => before.get(label) === how);
  shown = now;
  if (same) return;
  const chips = [...now].map(([label, how]) => {
    const chip = element("li", { class: how?.startsWith("removed") ? "gone" : how ? "fresh" : "" }, label);
    if (how) chip.append(element("small", {}, how));
    return chip;
  });
  by("labels").replaceChildren(...(chips.length ? chips : [element("li", { class: "none" }, "none yet")]));
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
  const goods = await store.goods();
  by("goods").replaceChildren(...goods.map((product, index) => {
    const add = element("button", { type: "button", "aria-label": `Put ${product.title} into the basket` },
      element("span", {}, money.format(product.price)), element("span", { "aria-hidden": "true" }, "+"));
    add.addEventListener("click", () => {
      const kept = basket.get(product.id) || { product, count: 0 };
      basket.set(product.id, { product, count: kept.count + 1 });
      showBasket();
    });
    return element("li", {},
      element("div", { class: `swatch ${product.colour ?? COLOURS[index % COLOURS.length]}`, "aria-hidden": "true" }, product.title[0]),
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
  if (found.some((c) => c.id === chosen)) by("who").value = chosen;
  else if (found.length) choose(found[0].id);
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
    const made = await store.join({
      first_name: first, last_name: last, country_code: form.get("country_code"), email: `${mailbox}@example.com`,
    }, Boolean(form.get("consent")));
    by("join").hidden = true;
    by("new").setAttribute("aria-expanded", "false");
    by("find").value = "";
    await loadPeople(made);
    return `Welcome, ${first}.`;
  });
});

by("pay").addEventListener("click", () => act(async () => {
  lastOrder = await store.buy(chosen, [...basket].map(([id, { count }]) => [id, count]));
  basket = new Map();
  showBasket();
  by("refund").disabled = false;
  return `Thank you! Order ${lastOrder.name} over ${money.format(lastOrder.total)} is paid.`;
}));

by("refund").addEventListener("click", () => act(async () => {
  const order = await store.refund(lastOrder);
  lastOrder = null;
  by("refund").disabled = true;
  return `Order ${order.name} is refunded: ${money.format(order.refunded)}.`;
}));

async function poll() {
  if (!document.hidden) await look().catch(() => {});
  setTimeout(poll, 400);
}
