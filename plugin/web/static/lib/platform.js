// The platform around the page: its name, and what its own script (../platforms) can do here.
const told = document.querySelector('meta[name="platform"]');

export const platform = {
  name: told.content,
  title: told.dataset.title,
  // Where merchants get help; whether a panel of ours stands beside their customers.
  support: told.dataset.support || null,
  beside: false,
  // A token for the next call, and whether a refused one is worth another try.
  token: async () => undefined,
  again: () => false,
  language: "en",
  // Where the page begins, if its address does not say so, and what to remember with each view's address.
  start: null,
  state: null,
  // Whether nobody may see the page: it stays as it came.
  closed: false,
  // What the store's people call the labels that segments put on customers.
  tag: { one: "tag", many: "tags", title: "Tag", titles: "Tags", hint: "It is put on the customers in your store once the segment is live." },
  // The admin's own toast; asking the merchant for more; whether it has segments of its own that follow a rule, and
  // other things in which segments can show.
  toast: null,
  allow: null,
  segments: false,
  outputs: false,
};

export function around(given) {
  Object.assign(platform, given);
}
