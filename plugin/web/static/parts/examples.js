// Rules to start from, each of which works in any store as it stands.

export const EXAMPLES = [
  { name: "Regulars", text: "Three or more orders", tag: "regular", definition: { kind: "rule", rule: "number_of_orders >= 3" } },
  { name: "Big spenders", text: "Spent 500 or more in the last year, after refunds", tag: "big-spender", definition: { kind: "rule", rule: "sum(orders.net WHERE date >= -365d) >= 500" } },
  { name: "New customers", text: "First order in the last 30 days", tag: "new-customer", definition: { kind: "rule", rule: "first_order_date >= -30d" } },
  { name: "Fading away", text: "Bought before, but not in the last 90 days", tag: "win-back", definition: { kind: "rule", rule: "number_of_orders >= 1 AND last_order_date < -90d" } },
  { name: "One and done", text: "Exactly one order, more than 60 days ago", tag: "second-order", definition: { kind: "rule", rule: "number_of_orders = 1 AND last_order_date < -60d" } },
  {
    name: "VIP with grace", text: "Joins at 500 in a year, stays from 400, two weeks of grace", tag: "vip",
    definition: { kind: "two_sided", join: "sum(orders.net WHERE date >= -365d) >= 500", stay: "sum(orders.net WHERE date >= -365d) >= 400", grace: "14d" },
  },
  {
    name: "Loyalty tiers", text: "Gold from 1,000 in a year, silver from 400, bronze from 100", tags: { Gold: "tier-gold", Silver: "tier-silver", Bronze: "tier-bronze" },
    definition: {
      kind: "tiers", default: null,
      cases: [["Gold", 1000], ["Silver", 400], ["Bronze", 100]].map(([label, amount]) => ({ label, rule: `sum(orders.net WHERE date >= -365d) >= ${amount}` })),
    },
  },
];
