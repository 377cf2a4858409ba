// Writing a segment: its meaning in words and its size while one writes, nothing changed until it is saved.
import { get, post, put } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { go, href } from "../lib/router.js";
import { store } from "../lib/store.js";
import { definitionForm, KINDS, textField } from "../parts/definition.js";
import { draftView } from "../parts/draft.js";
import { action, card, toast } from "../parts/states.js";
import { templatePicker } from "../parts/templates.js";
import { vocabulary } from "../parts/vocabulary.js";

export async function fresh({ signal }) {
  await store(signal);
  return editor({ signal, segment: { name: "", definition: { kind: "rule", rule: "" }, outputs: {} } });
}

export async function edit({ id, signal }) {
  await store(signal);
  return editor({ signal, segment: await get(`/segments/${id}`, signal) });
}

function editor({ signal, segment }) {
  const name = textField("name", "Name", segment.name, () => name.complain(null));
  const body = () => ({ name: name.text(), definition: form.definition(), outputs: form.outputs(), segment_id: segment.id ?? null });
  const view = draftView({ signal, draft: () => (form.rules().some((rule) => rule.text().trim()) ? body() : null), told: complainHere });
  const form = definitionForm({ definition: segment.definition, outputs: segment.outputs, changed: view.changed });
  const general = h("div", { "aria-live": "polite" });
  const kinds = kindChoice(form);

  // Empty fields of a rule that is just being begun are not mistakes yet.
  function complainHere(problems, all = false) {
    const left = [];
    const first = new Map();
    for (const problem of problems) {
      const field = problem.field === "name" ? name : problem.field ? form.field(problem.field) : null;
      if (!field) left.push(problem);
      else if (!first.has(field) && (all || field.text().trim())) first.set(field, problem);
    }
    for (const rule of form.rules()) rule.complain(first.get(rule) ?? null);
    for (const [field, problem] of first) field.complain(problem);
    show(general, left.map((problem) => h("p", { class: "notice critical" }, problem.message)));
    return [...first.keys()][0];
  }

  async function save() {
    const { segment_id: id, ...wanted } = body();
    try {
      const saved = await (id ? put(`/segments/${id}`, wanted) : post("/segments", wanted));
      toast(`${wanted.name} is saved. Here is what it does.`);
      go(`/segments/${saved.id}/plan`);
    } catch (failure) {
      if (!failure.problems?.length && !failure.field) throw failure;
      const problems = failure.problems.length ? failure.problems : [{ field: failure.field, message: failure.message, start: null, expected: [] }];
      (complainHere(problems, true) ?? name).area.focus();
    }
  }

  const use = (template, definition, chosen) => {
    if (chosen && !name.text()) name.set(template.name);
    form.turn(definition.kind, definition, template.outputs);
    kinds.show();
    view.now();
    if (chosen) form.rules()[0].area.focus();
  };
  if (segment.id) view.now();
  return h("div", {},
    h("a", { class: "back", href: href(segment.id ? `/segments/${segment.id}` : "") }, segment.id ? "← Back to the segment" : "← All segments"),
    h("div", { class: "head" },
      h("div", { class: "titles" }, h("div", {}, h("h1", {}, segment.id ? `Edit ${segment.name}` : "New segment"))),
      action("Save and see what it does", save, { primary: true })),
    general,
    h("div", { class: "columns" },
      h("div", {},
        card(null, name.element, kinds.element, form.holder),
        vocabulary((word) => insert(form.rules(), word))),
      h("div", {}, card("In plain words", view.sentence, view.advice), card("Who is in", view.who),
        card("Start from a template", templatePicker({ signal, use })))));
}

function kindChoice(form) {
  const inputs = KINDS.map(([kind]) => h("input", { type: "radio", name: "kind", value: kind, checked: kind === form.kind(), onchange: () => form.turn(kind) }));
  const element = h("fieldset", {}, h("legend", { class: "label" }, "Kind"),
    h("div", { class: "choices" }, KINDS.map(([, title, text], place) => h("label", { class: "choice" }, inputs[place], h("span", {}, h("b", {}, title), text)))));
  return { element, show: () => { for (const input of inputs) input.checked = input.value === form.kind(); } };
}

let latest;
addEventListener("focusin", ({ target }) => { if (target.matches?.(".rule textarea")) latest = target; });

// A word goes where the cursor last was.
function insert(rules, word) {
  const rule = rules.find(({ area }) => area === latest) ?? rules[0];
  const { area } = rule;
  const before = area.value.slice(0, area.selectionStart);
  area.setRangeText((before && !/\s$|\($/.test(before) ? " " : "") + word, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input"));
}
