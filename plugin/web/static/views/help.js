// How it works, and whom to ask: inside the page, so that nobody has to leave their store for it.
import { h } from "../lib/dom.js";
import { platform } from "../lib/platform.js";
import { href } from "../lib/router.js";
import { store } from "../lib/store.js";
import { card } from "../parts/states.js";

export async function help({ signal }) {
  const { domain } = await store(signal);
  const { one, many, hint } = platform.tag;
  const told = [
    ["What does Regulars do?", `You describe a group of customers once. It stays right by itself: with every purchase, refund and change, and as days pass. The customers in it carry a ${one} in your store. ${hint}`],
    ["How do I begin?", ["Write a rule or start from a template: ", link("/segments/new", "New segment"), ". While you write, the page says what the rule means, how many customers are in, and who just misses it. After saving you see everything it would do; only going live changes your store."]],
    ["What does it change in my store?", `The ${many} of segments that are live, and nothing else unless you add it on a segment's page. It takes away only what it added. Put a segment back to preview, and its ${many} are taken off.`],
    ["Why is somebody in a segment, or not?", [link("/customers", "Customers"), ": open one, and every segment says which part of its rule holds and which does not.",
      platform.beside ? ` In your list of customers the action Segments shows the same beside a customer.` : ""]],
    ["Which orders count?", ["Paid ones, less what was given back; not those that were called off. ", link("/settings", "Settings"), " say what of it you can choose."]],
    ["Something looks wrong", [link("", "Overview"), ` says at its top what needs a look, and what to do. `, link("/activity", "Activity"), ` has every message of ${platform.title} and every change in your store. Whatever was missed is found by itself within the hour.`]],
    ["What happens when I remove the app?", `The ${many} stay in your store. What we know of your customers is erased after a while; installed again before that, everything goes on.`],
  ];
  return h("div", {},
    h("div", { class: "head" }, h("div", { class: "titles" }, h("div", {}, h("h1", {}, "Help")))),
    told.map(([question, answer]) => card(question, h("p", { class: "prose" }, answer))),
    platform.support ? card("Ask us", h("p", { class: "prose" }, `We are glad to help. Tell us your store, ${domain}, and what you see. `,
      h("a", { href: platform.support, target: "_blank", rel: "noopener" }, platform.support.replace(/^mailto:/, "")))) : null);
}

function link(path, text) {
  return h("a", { href: href(path) }, text);
}
