// What the store's people choose of how the app works for them; each choice holds at once.
import { get, patch } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { platform } from "../lib/platform.js";
import { access } from "../parts/access.js";
import { groups } from "../parts/groups.js";
import { statuses } from "../parts/statuses.js";
import { card, toast } from "../parts/states.js";

export async function settings({ signal }) {
  const body = h("div", { class: "stack" });
  const draw = ({ switches }) => show(body, switches.map((each) => row(each, draw)));
  const told = await get("/preferences", signal);
  draw(told);
  return h("div", {},
    h("div", { class: "head" }, h("div", { class: "titles" }, h("div", {}, h("h1", {}, "Settings")))),
    card(null, body),
    told.statuses ? statuses(signal) : null,
    platform.outputs ? await groups(signal) : null,
    told.access.length ? card(`What ${platform.title} lets us see`, access(told.access)) : null);
}

// A switch keeps the focus when it is drawn anew, and goes back where it was when the server refuses.
function row({ name, on, title, says, now }, draw) {
  const box = h("input", { type: "checkbox", role: "switch", checked: on, "data-key": name, "aria-describedby": `${name}-says` });
  box.addEventListener("change", async () => {
    box.setAttribute("aria-disabled", "true");
    try {
      draw(await patch("/preferences", { [name]: box.checked }));
      toast("Saved.");
    } catch (failure) {
      box.checked = on;
      toast(failure.message, true);
    } finally {
      box.removeAttribute("aria-disabled");
    }
  });
  box.addEventListener("click", (event) => { if (box.getAttribute("aria-disabled") === "true") event.preventDefault(); });
  return h("div", { class: "setting" },
    h("label", { class: "choice" }, box, h("b", {}, title)),
    h("div", { id: `${name}-says`, class: "hint" }, h("p", {}, says), now ? h("p", {}, now) : null));
}
