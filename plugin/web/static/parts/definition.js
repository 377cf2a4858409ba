// The three shapes of a segment as a form: one rule, two rules with a grace, tiers.
import { h, show } from "../lib/dom.js";
import { platform } from "../lib/platform.js";
import { ruleField } from "./rule-field.js";

export const KINDS = [
  ["rule", "One rule", "In as long as it holds."],
  ["two_sided", "Join and stay", "One rule to join, an easier one to stay, with some days of grace."],
  ["tiers", "Tiers", "Like gold, silver, bronze: the first that fits."],
];

export function definitionForm({ definition, outputs, changed }) {
  const holder = h("div", { class: "stack" });
  let kind = definition.kind;
  let shape = shapeOf(kind, definition, outputs, changed);
  show(holder, shape.element);
  return {
    holder,
    kind: () => kind,
    definition: () => shape.definition(),
    outputs: () => shape.outputs(),
    rules: () => shape.rules(),
    field: (name) => shape.field(name),
    turn(wanted, given, tags) {
      const rule = shape.rules()[0].text();
      kind = wanted;
      shape = shapeOf(kind, given ?? { kind, rule, join: rule, stay: rule, grace: "14d", cases: [{ label: "Gold", rule }], default: null }, tags ?? shape.outputs(), changed);
      show(holder, shape.element);
      changed();
    },
  };
}

function shapeOf(kind, definition, outputs, changed) {
  if (kind === "tiers") return tiers(definition, outputs, changed);
  return kind === "two_sided" ? twoSided(definition, outputs, changed) : oneRule(definition, outputs, changed);
}

function oneRule(definition, outputs, changed) {
  const rule = ruleField({ name: "rule", label: "Rule", value: definition.rule ?? "", changed });
  const tag = textField("outputs", `${platform.tag.title} for its customers`, outputs[""] ?? firstOf(outputs), changed, `Optional. ${platform.tag.hint}`);
  return {
    element: h("div", { class: "stack" }, rule.element, tag.element),
    definition: () => ({ kind: "rule", rule: rule.text() }),
    outputs: () => ({ "": tag.text() }),
    rules: () => [rule],
    field: (name) => (name === "rule" ? rule : tag),
  };
}

function twoSided(definition, outputs, changed) {
  const join = ruleField({ name: "join", label: "Who joins", value: definition.join ?? "", changed });
  const stay = ruleField({ name: "stay", label: "Who may stay", value: definition.stay ?? "", changed });
  const grace = textField("grace", "Grace", definition.grace ?? "14d", changed, "How long someone stays after the second rule no longer holds: 14d, 2w, 36h.");
  const tag = textField("outputs", `${platform.tag.title} for its customers`, outputs[""] ?? firstOf(outputs), changed, `Optional. ${platform.tag.hint}`);
  return {
    element: h("div", { class: "stack" }, join.element, stay.element, h("div", { class: "pair" }, grace.element, tag.element)),
    definition: () => ({ kind: "two_sided", join: join.text(), stay: stay.text(), grace: grace.text() || "0d" }),
    outputs: () => ({ "": tag.text() }),
    rules: () => [join, stay],
    field: (name) => ({ join, stay, grace })[name] ?? tag,
  };
}

function tiers(definition, outputs, changed) {
  let cases = [];
  const list = h("div", { class: "stack" });
  const rest = textField("default", "Everyone else", definition.default ?? "", changed, "Optional: a name for those whom no tier fits.");
  const restTag = textField("outputs", `Its ${platform.tag.one}`, outputs[definition.default] ?? "", changed, "");
  const makeCase = ({ label, rule }, tag) => ({
    label: textField("", "Tier", label, changed),
    tag: textField("outputs", platform.tag.title, tag, changed),
    rule: ruleField({ name: "", label: "Who is in it", value: rule, changed }),
  });
  const draw = () => show(list, cases.map((each, place) => {
    each.rule.name = `cases.${place}.rule`;
    return h("fieldset", { class: "case" }, h("legend", { class: "hidden-text" }, `Tier ${place + 1}`),
      h("div", { class: "pair" }, each.label.element, each.tag.element), each.rule.element,
      h("div", { class: "row" },
        place ? button("Move up", () => swap(place, place - 1), `Move tier ${place + 1} up`) : null,
        cases.length > 1 ? button("Remove", () => drop(place), `Remove tier ${place + 1}`) : null));
  }), button("Add a tier", add));
  const swap = (one, other) => {
    [cases[one], cases[other]] = [cases[other], cases[one]];
    draw();
    cases[other].label.input.focus();
    changed();
  };
  const drop = (place) => {
    cases.splice(place, 1);
    draw();
    cases[Math.max(place - 1, 0)].label.input.focus();
    changed();
  };
  function add() {
    cases.push(makeCase({ label: "", rule: "" }, ""));
    draw();
    cases.at(-1).label.input.focus();
    changed();
  }
  cases = (definition.cases ?? []).map((each) => makeCase(each, outputs[each.label] ?? outputs[""] ?? ""));
  draw();
  return {
    element: h("div", { class: "stack" }, h("p", { class: "hint" }, "Tried from the top: a customer gets the first that fits, and only that one."), list, h("div", { class: "pair" }, rest.element, restTag.element)),
    definition: () => ({
      kind: "tiers", cases: cases.map((each) => ({ label: each.label.text(), rule: each.rule.text() })), default: rest.text() || null,
    }),
    outputs: () => {
      const found = Object.fromEntries(cases.map((each) => [each.label.text(), each.tag.text()]));
      if (rest.text()) found[rest.text()] = restTag.text();
      return found;
    },
    rules: () => cases.map((each) => each.rule),
    field: (name) => {
      const [, place, part] = /^cases\.(\d+)\.(\w+)/.exec(name) ?? [];
      if (place !== undefined) return cases[place]?.[part === "label" ? "label" : "rule"];
      return name === "default" ? rest : cases[0].tag;
    },
  };
}

function firstOf(outputs) {
  return Object.values(outputs)[0] ?? "";
}

function button(text, onclick, spoken) {
  return h("button", { type: "button", onclick, "aria-label": spoken }, text);
}

let count = 0;

export function textField(name, label, value, changed, hint) {
  const id = `field-${++count}`;
  const input = h("input", { type: "text", id, value, autocomplete: "off", maxlength: "255", oninput: changed, "aria-describedby": `${id}-wrong${hint ? ` ${id}-hint` : ""}` });
  const wrong = h("div", { id: `${id}-wrong`, "aria-live": "polite" });
  const complain = (problem) => {
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    show(wrong, problem ? h("p", { class: "wrong" }, problem.message) : null);
  };
  return {
    name, input, area: input, complain,
    text: () => input.value.trim(),
    set: (text) => { input.value = text; },
    element: h("div", {}, h("label", { for: id }, label), input, wrong, hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null),
  };
}
