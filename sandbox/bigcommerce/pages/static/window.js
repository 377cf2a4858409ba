// The storefront: one customer at a time buys one thing at a time; what the store calls them is looked up again and again.
"use strict";

const { store, currency } = document.body.dataset;
const api = `/_sandbox/bigcommerce/stores/${encodeURIComponent(store)}`;
const money = new Intl.NumberFormat("en", { style: "currency", currency });
const who = document.getElementById("who");
let last = null;

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  const options = body ? { method: "POST", headers, body: JSON.stringify(body) } : {};
  const answer = await fetch(api + path, { cache: "no-store", ...options });
  return answer.json();
}

const put = (id, text) => { document.getElementById(id).textContent = text; };

async function look() {
  if (!who.value) return;
  const it = await ask(`/customers/${who.value}`);
  put("count", it.orders);
  put("spent", money.format(it.spent));
  put("group", it.group || "–");
  put("attributes", Object.entries(it.attributes).map(([name, value]) => `${name}: ${value}`).join(" · ") || "–");
  put("segments", it.segments.join(", ") || "–");
}

async function buy(product) {
  last = await ask("/orders", { customer_id: Number(who.value), lines: [{ product_id: product.id, quantity: 1 }] });
  put("said", `Order ${last.id}: ${product.name}, ${money.format(last.total)}. Thank you.`);
  document.getElementById("refund").disabled = false;
  await look();
}

async function refund() {
  const it = await ask(`/orders/${last.id}/refund`, {});
  put("said", `Order ${it.id} is ${it.status.toLowerCase()}.`);
  document.getElementById("refund").disabled = true;
  await look();
}

async function begin() {
  const [customers, products] = await Promise.all([ask("/customers?limit=200"), ask("/products")]);
  who.append(...customers.map((it) => new Option(it.name, it.id)));
  document.getElementById("goods").append(...products.map((product) => {
    const row = document.createElement("tr");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Buy ${product.name}`;
    button.addEventListener("click", () => buy(product));
    for (const child of [product.name, money.format(product.price), button]) {
      const cell = document.createElement("td");
      cell.append(child);
      row.append(cell);
    }
    return row;
  }));
  await look();
  setInterval(look, 1500);
}

who.addEventListener("change", () => { last = null; document.getElementById("refund").disabled = true; look(); });
document.getElementById("refund").addEventListener("click", refund);
begin();
