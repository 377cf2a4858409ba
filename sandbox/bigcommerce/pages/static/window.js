// The storefront: the calls of a store.
import { caller, open } from "/static/counter.js";

const LABELS = "Segments"; // The attribute whose entries are labels.
const RETURNABLE = [2, 3, 8, 9, 10, 11, 14];
const ask = caller(`/_sandbox/bigcommerce/stores/${encodeURIComponent(document.body.dataset.store)}`);

function person(it) {
  const { [LABELS]: labels = "", ...others } = it.attributes;
  return {
    id: String(it.id), name: it.name, email: it.email, orders: it.orders, spent: it.spent,
    from: [it.city, it.country_code].filter(Boolean).join(", "),
    labels: labels.split(",").map((each) => each.trim()).filter(Boolean),
    more: {
      group: it.group,
      others: [...Object.entries(others).map(([name, value]) => `${name}: ${value}`), ...it.segments].join(" · "),
    },
  };
}

const order = (it) => ({ ...it, name: it.id });

open({
  people: async () => (await ask("/customers")).map(person),
  person: async (id) => person(await ask(`/customers/${id}`)),
  goods: async () => (await ask("/products")).map((it) => ({ id: it.id, title: it.name, type: it.categories[0] ?? "", price: it.price })),
  lastOrder: async (id) => (await ask(`/orders?customer_id=${id}`)).map(order).reverse()
    .find((it) => RETURNABLE.includes(it.status_id) && Number(it.total) > Number(it.refunded)) ?? null,
  join: async (record, consents) => {
    const made = await ask("/customers", "POST", record);
    if (consents) await ask(`/subscribers/${encodeURIComponent(made.email)}`, "PUT", {});
    return String(made.id);
  },
  buy: async (id, goods) => order(await ask("/orders", "POST", {
    customer_id: Number(id), lines: goods.map(([product_id, quantity]) => ({ product_id, quantity })),
  })),
  refund: async ({ id }) => order(await ask(`/orders/${id}/refund`, "POST", {})),
});
