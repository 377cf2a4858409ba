// Which orders count as purchases, by their status: the store's people may see that otherwise than we do.
import { get, put } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { go } from "../lib/router.js";
import { platform } from "../lib/platform.js";
import { action, card, confirm, toast } from "./states.js";

export function statuses(signal) {
  const body = h("div", { class: "stack" }, h("p", { class: "quiet", role: "status" }, "Looking…"));
  const look = async () => {
    try {
      show(body, form(await get("/preferences/statuses", signal)));
    } catch (failure) {
      if (failure.name !== "AbortError") show(body, h("p", { class: "wrong", role: "alert" }, failure.message), h("button", { type: "button", onclick: look }, "Try again"));
    }
  };
  look();
  return card("Orders that count as purchases", body);
}

function form({ statuses: listed, reading }) {
  const boxes = new Map(listed.map((each) => [each, h("input", { type: "checkbox", checked: each.counts, "data-key": `status-${each.id}` })]));
  const chosen = () => listed.filter((each) => boxes.get(each).checked);
  return h("fieldset", {},
    h("legend", { class: "hint" }, `By their status in ${platform.title}. Cancelled, declined and unfinished orders never count; refunded ones count less what went back.`),
    listed.map((each) => h("div", { class: "setting" }, h("label", { class: "choice" }, boxes.get(each), each.name,
      h("span", { class: "quiet" }, each.orders === null ? "" : ` · ${count(each.orders, "order")} now`)))),
    h("p", { class: "hint" }, reading ? "Your orders are being read. The overview shows how far that is."
      : "After a change all your orders are read again, as when you installed the app. Until that is done segments stay as they are; then every customer is looked at anew, as if it had always been so."),
    h("div", { class: "row" }, action("Save", () => save(listed, chosen()), { key: "save-statuses" })));
}

async function save(listed, chosen) {
  const counted = new Set(chosen.map((each) => each.id));
  const changed = listed.filter((each) => each.counts !== counted.has(each.id));
  if (!changed.length) return toast("Nothing was changed.");
  if (counted.size && !(await confirm("Read all orders again?", said(changed), "Read again"))) return undefined;
  const { again } = await put("/preferences/statuses", { counted: [...counted] });
  toast(again ? "Saved. Your orders are read again." : "Nothing was changed.");
  return again ? go("") : undefined;
}

function said(changed) {
  const names = (counts) => changed.filter((each) => each.counts === counts).map((each) => `‘${each.name}’`).join(", ");
  return [names(false) && `From now on orders that are ${names(false)} count as purchases.`, names(true) && `Orders that are ${names(true)} no longer count.`,
    "All your orders are read again. Until that is done segments, and what stands in your store, stay as they are."].filter(Boolean).join(" ");
}
