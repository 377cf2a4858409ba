// A rule's answer for one customer, part by part.
import { h } from "../lib/dom.js";

const MARKS = { yes: ["✓", "Yes: "], no: ["✗", "No: "], unknown: ["?", "Not known: "] };

export function reasons(reason) {
  return h("ul", { class: "reasons" }, part(reason));
}

function part(reason) {
  const [mark, word] = MARKS[reason.answer] ?? MARKS.unknown;
  return h("li", {},
    h("span", { class: `mark ${reason.answer}`, "aria-hidden": "true" }, mark), h("span", { class: "hidden-text" }, word),
    reason.sentence, reason.actual ? h("span", { class: "quiet" }, ` – ${reason.actual}`) : null,
    reason.facts?.length ? h("ul", { class: "facts" }, reason.facts.map((fact) => h("li", {}, fact))) : null,
    reason.parts?.length ? h("ul", { class: "reasons" }, reason.parts.map(part)) : null);
}
