// Problems the merchant can do something about.
import { file, post } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { count, number, time } from "../lib/format.js";
import { href } from "../lib/router.js";
import { action } from "./states.js";

const MOST = 5;
const SERIOUS = ["needs_authorisation", "store_unavailable", "access_denied", "history_failed", "plan_paused"];
const OF_A_CUSTOMER = ["write_refused", "written_too_often", "tags_full", "tags_taken_away", "document_refused", "customer_gone", "roll_refused"];
const OF_A_SEGMENT = ["segment_stale", "plan_failed", "twin_changed", "twin_gone", "twin_refused", "output_gone", "output_refused"];

export function notices(problems) {
  const sorted = [...problems].sort((one, other) => isSerious(other) - isSerious(one));
  const rest = sorted.slice(MOST);
  return h("div", {}, sorted.slice(0, MOST).map(notice), rest.length ? h("details", { "data-key": "more-problems" },
    h("summary", {}, count(rest.length, "more problem")), rest.map(notice)) : null);
}

const isSerious = (problem) => SERIOUS.includes(problem.code);

function notice(problem) {
  const often = problem.times > 1 ? `, ${count(problem.times, "time")}` : "";
  const alike = problem.alike > 1 ? h("span", {}, `and ${number(problem.alike - 1)} more like it`) : null;
  return h("section", { class: `notice ${isSerious(problem) ? "critical" : "warn"}` },
    h("h3", {}, problem.title),
    h("p", {}, problem.advice),
    h("div", { class: "row" }, h("span", {}, "Since ", time(problem.first_at), often), alike, link(problem)));
}

function link(problem) {
  if (problem.code === "data_requested") return [problem.customer ? download(problem) : null, done(problem)];
  if (problem.code === "deliveries_given_up") return done(problem);
  if (problem.code === "names_forgotten") return [h("a", { href: href(`/segments/${problem.subject}`) }, "Open the segment"), done(problem)];
  if (problem.code === "delivery_set_aside") return h("a", { href: href("/activity") }, "Look at it");
  if (OF_A_SEGMENT.includes(problem.code)) return h("a", { href: href(`/segments/${parseInt(problem.subject, 10)}`) }, "Open the segment");
  if (OF_A_CUSTOMER.includes(problem.code) && problem.subject) return h("a", { href: href(`/customers/${problem.subject}`) }, "Open the customer");
  if (["plan_over", "plan_paused"].includes(problem.code)) return h("a", { href: href("/plan"), "data-key": problem.code }, "See your plan");
  if (problem.code === "needs_authorisation") return h("button", { type: "button", onclick: () => location.reload() }, "Reload");
  return null;
}

// The file that a customer asked for.
function download({ customer, subject }) {
  return action("Download", async () => {
    const url = URL.createObjectURL(await file(`/customers/${customer}/export`));
    h("a", { href: url, download: `customer-${customer}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }, { key: `download-${subject}` });
}

// What only the merchant can know.
function done({ code, subject }) {
  const button = action("It is done", async () => {
    await post(`/problems/${code}/${encodeURIComponent(subject)}/done`);
    button.closest("section").remove();
  }, { key: `done-${code}-${subject}` });
  return button;
}
