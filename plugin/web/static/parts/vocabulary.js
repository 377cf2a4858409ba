// The words a rule can be made of, asked for when somebody wants to see them.
import { get } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { card } from "./states.js";

export function vocabulary(insert) {
  const body = h("div", {}, h("p", { class: "quiet" }, "Loading…"));
  const details = h("details", {}, h("summary", {}, "What a rule can ask"), body);
  details.addEventListener("toggle", async () => {
    if (!details.open || body.dataset.filled) return;
    try {
      const told = await get("/rules/vocabulary");
      body.dataset.filled = "yes";
      show(body, h("dl", { class: "words" }, told.words.map((word) => [
        h("dt", {}, h("button", { type: "button", class: "plain-button", onclick: () => insert(word.example), title: "Put it into the rule" }, h("code", {}, word.example))),
        h("dd", {}, word.meaning),
      ])), h("p", { class: "hint" }, "Join questions with AND, OR and NOT ( … ). Dates: -30d is 30 days ago, also w, m and y; or 2026-01-31."));
    } catch (failure) {
      show(body, h("p", { class: "wrong" }, failure.message));
    }
  });
  return card(null, details);
}
