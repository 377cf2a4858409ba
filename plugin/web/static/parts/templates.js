// Templates to start a segment from: a goal, a template, and its blanks.
import { get, post } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { later } from "../lib/poll.js";
import { textField } from "./definition.js";

const FILL_MS = 300;

// `use(template, definition, fresh)` puts a definition into the form; `fresh` when the template was just chosen.
export function templatePicker({ signal, use }) {
  const list = h("div", { class: "examples" });
  const blanks = h("div", { class: "stack" });
  const goal = h("select", { id: "template-goal", onchange: () => draw() });
  const element = h("div", { class: "stack" },
    h("div", {}, h("label", { for: "template-goal" }, "What do you want to reach?"), goal), list, blanks);
  const soon = later(FILL_MS);
  let goals = [];

  async function load() {
    try {
      ({ goals } = await get("/templates", signal));
      show(goal, goals.map((each) => h("option", { value: each.id }, each.title)));
      draw();
    } catch (failure) {
      if (failure.name !== "AbortError") show(list, h("p", { class: "wrong" }, failure.message));
    }
  }

  function draw() {
    const { templates } = goals.find((each) => each.id === goal.value);
    show(list, templates.map((template) => h("button", { type: "button", "data-key": template.id, onclick: () => choose(template) },
      h("span", {}, h("b", {}, template.name), template.purpose, template.lacks ? h("i", {}, " Not for your store yet.") : null))));
    show(blanks);
  }

  function choose(template) {
    use(template, template.definition, true);
    const fields = template.parameters.map((each) => textField(each.name, each.label, each.default, () => soon(fill)));
    const fill = async () => {
      const wrong = fields.filter((field, place) => complain(field, template.parameters[place]));
      if (wrong.length) return;
      const values = Object.fromEntries(fields.map((field) => [field.name, field.text()]));
      try {
        use(template, (await post(`/templates/${template.id}/fill`, { values }, signal)).definition, false);
      } catch (failure) {
        const field = fields.find((each) => each.name === failure.field);
        if (field) field.complain(failure);
        else if (failure.name !== "AbortError") show(blanks, h("p", { class: "wrong" }, failure.message));
      }
    };
    show(blanks, h("h3", {}, template.name),
      template.lacks ? h("p", { class: "notice warn" }, template.lacks) : null,
      fields.map((field) => field.element),
      h("p", { class: "quiet" }, `What to do: ${template.action}`),
      h("p", { class: "quiet" }, `Judge it by: ${template.kpi}`));
  }

  load();
  return element;
}

// Says what is wrong with a blank, before the server is asked; gives whether anything is.
function complain(field, { kind, label, least, most }) {
  const text = field.text();
  const number = Number(text);
  const bad = kind === "text" ? !text : text === "" || Number.isNaN(number) || number < Number(least) || number > Number(most);
  const message = kind === "text" ? `${label}: write something.` : `${label}: write a number from ${least} to ${most}.`;
  field.complain(bad ? { message } : null);
  return bad;
}
