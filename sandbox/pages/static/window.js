// The shop window: the calls of a shop.
import { caller, open } from "/static/counter.js";

const ask = caller(`/_sandbox/shops/${encodeURIComponent(document.body.dataset.shop)}`);
const number = (gid) => gid.split("/").pop();

function person(it) {
  return {
    id: number(it.gid), name: it.name, email: it.email, orders: it.number_of_orders, spent: it.amount_spent,
    from: [it.city, it.country_code].filter(Boolean).join(", "), labels: it.tags,
  };
}

open({
  people: async () => (await ask("/customers")).map(person),
  person: async (id) => person(await ask(`/customers/${id}`)),
  goods: async () => (await ask("/products")).map((it) => ({ ...it, id: it.gid })),
  lastOrder: async (id) => (await ask(`/orders?customer_id=${id}`)).reverse()
    .find((it) => Number(it.received) > Number(it.refunded) && !it.cancelled_at) ?? null,
  join: async (record, consents) =>
    number((await ask("/customers", "POST", { ...record, email_consent: consents ? "SUBSCRIBED" : "NOT_SUBSCRIBED" })).gid),
  buy: (id, goods) =>
    ask("/orders", "POST", { customer_id: id, lines: goods.map(([gid, quantity]) => ({ product_id: gid, quantity })) }),
  refund: (order) => ask(`/orders/${number(order.gid)}/refund`, "POST", {}),
});
