// The form that asks for one more thing of the store's in which a segment is to show.
import { h, show } from "../lib/dom.js";
import { action } from "./states.js";

export function asking({ kind, title, free, sayings }, room, { send, close }) {
  if (!room.can) return h("form", {}, h("p", { role: "alert" }, room.said), h("div", { class: "row" }, action("Close", close)));
  const wrong = h("p", { class: "wrong", id: `wrong-${kind}`, role: "alert" });
  const name = h("input", { id: `name-${kind}`, type: "text", value: free[0].name, maxlength: 100, autocomplete: "off", "aria-describedby": `wrong-${kind}` });
  const label = h("select", { id: `label-${kind}` }, free.map((each) => h("option", { value: each.label }, each.label)));
  label.addEventListener("change", () => { name.value = free.find((each) => each.label === label.value).name; });
  const chosen = () => form.querySelector("input[type=radio]:checked")?.value ?? null;
  const add = async () => {
    name.removeAttribute("aria-invalid");
    show(wrong);
    try {
      await send({ label: label.value, name: name.value, says: chosen() });
    } catch (failure) {
      if (!failure.message) throw failure;
      show(wrong, failure.message);
      name.setAttribute("aria-invalid", "true");
      return name.focus();
    }
    form.remove();
    return close();
  };
  const submit = action("Add", add, { primary: true, key: `send-${kind}` });
  submit.type = "submit";
  const form = h("form", { class: "case", "aria-label": title, novalidate: true },
    free[0].label ? h("div", {}, h("label", { for: label.id }, "For"), label) : null,
    h("div", {}, h("label", { for: name.id }, "What it is called in your store"), name, wrong),
    sayings.length > 1 ? h("fieldset", {}, h("legend", {}, "What it says"), h("div", { class: "choices" }, sayings.map((each, place) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: `says-${kind}`, value: each.says, checked: !place }), each.said)))) : null,
    room.said ? h("p", { class: "quiet" }, room.said) : null,
    h("div", { class: "row" }, submit, action("Cancel", () => { form.remove(); close(); }, { key: `cancel-${kind}` })));
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}
