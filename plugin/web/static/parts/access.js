// What the merchant can let us see besides: the platform itself asks them, in a window of its own.
import { h, show } from "../lib/dom.js";
import { platform } from "../lib/platform.js";
import { action, toast } from "./states.js";

export function access(list) {
  const body = h("div", { class: "stack" });
  const draw = () => show(body, list.map((each) => row(each, draw)));
  draw();
  return body;
}

function row(each, draw) {
  return h("div", { class: "setting" },
    h("div", { class: "choice split" }, h("b", {}, each.title), each.on ? h("span", { class: "badge good" }, "Allowed") : button(each, draw)),
    h("div", { class: "hint" }, h("p", {}, each.says)));
}

function button(each, draw) {
  if (!platform.allow) return h("span", { class: "badge" }, "Not allowed");
  const made = action("Allow", async () => {
    if (!(await platform.allow(each.scopes))) return;
    each.on = true;
    toast("Allowed. It is read now.");
    draw();
  }, { key: `access-${each.scopes[0]}` });
  made.setAttribute("aria-label", `Allow: ${each.title}`);
  return made;
}
