// A rule's text: the mistake underlined at its place, told below with its cure.
import { h, show } from "../lib/dom.js";

let count = 0;

// `name` is the field of the definition ("rule", "cases.0.rule"); `changed` hears of every keystroke.
export function ruleField({ name, label, hint, value, changed }) {
  const id = `rule-${++count}`;
  const mirror = h("div", { class: "mirror", "aria-hidden": "true" });
  const area = h("textarea", {
    id, rows: "3", spellcheck: "false", autocomplete: "off", autocapitalize: "off", maxlength: "10000", value,
    "aria-describedby": `${id}-wrong${hint ? ` ${id}-hint` : ""}`,
  });
  const wrong = h("div", { id: `${id}-wrong`, "aria-live": "polite" });
  let marked = null;
  const paint = () => {
    if (!marked) return mirror.replaceChildren();
    const text = area.value;
    const start = Math.min(marked.start, text.length);
    const end = Math.max(Math.min(marked.end, text.length), start);
    mirror.replaceChildren(text.slice(0, start), h("mark", {}, text.slice(start, end) || " "), text.slice(end));
    mirror.scrollTop = area.scrollTop;
  };
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 320)}px`;
  };
  area.addEventListener("input", () => {
    marked = null;
    paint();
    grow();
    changed();
  });
  area.addEventListener("scroll", () => { mirror.scrollTop = area.scrollTop; });
  const replace = (problem) => {
    area.focus();
    area.setSelectionRange(problem.start, problem.end);
    area.setRangeText(problem.suggestion, problem.start, problem.end, "end");
    area.dispatchEvent(new Event("input"));
  };
  const complain = (problem) => {
    marked = problem && problem.start !== null ? problem : null;
    if (problem) area.setAttribute("aria-invalid", "true");
    else area.removeAttribute("aria-invalid");
    paint();
    show(wrong, problem ? message(problem, marked ? () => replace(problem) : null) : null);
  };
  requestAnimationFrame(grow);
  const element = h("div", {}, label ? h("label", { for: id }, label) : null,
    h("div", { class: "rule" }, mirror, area), wrong, hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null);
  return {
    name, element, area, complain,
    text: () => area.value,
    set: (text) => { area.value = text; marked = null; paint(); grow(); },
  };
}

function message(problem, replace) {
  const place = problem.line > 1 ? `Line ${problem.line}: ` : "";
  const cure = problem.suggestion && replace
    ? [" Did you mean ", h("button", { type: "button", class: "plain-button", onclick: replace }, h("code", {}, problem.suggestion)), "?"]
    : null;
  const expected = !problem.suggestion && problem.expected.length ? ` It could be ${listed(problem.expected)}.` : null;
  return h("p", { class: "wrong" }, place, problem.message.replaceAll("`", "‘").replace(/‘([^‘]*)‘/g, "‘$1’"), cure, expected);
}

function listed(words) {
  const shown = words.slice(0, 6);
  return shown.join(", ") + (words.length > shown.length ? ", …" : "");
}
