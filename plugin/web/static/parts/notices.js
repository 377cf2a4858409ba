// Problems the merchant can do something about.
import { file, post } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { count, time } from "../lib/format.js";
import { href } from "../lib/router.js";
import { action } from "./states.js";

const MOST = 5;
const SERIOUS = ["needs_authorisation", "history_failed", "plan_paused"];

export function notices(problems) {
  const shown = problems.slice(0, MOST).map((problem) => h("section", { class: `notice ${SERIOUS.includes(problem.code) ? "critical" : "warn"}` },
    h("h3", {}, problem.title),
    h("p", {}, problem.advice),
    h("div", { class: "row" }, h("span", {}, "Since ", time(problem.first_at), problem.times > 1 ? `, ${count(problem.times, "time")}` : ""), link(problem))));
  const rest = problems.length - MOST;
  return h("div", {}, shown, rest > 0 ? h("p", { class: "notice warn" }, `And ${count(rest, "more problem", "more problems")} of this kind.`) : null);
}

function link(problem) {
  if (problem.code === "data_requested") return [problem.customer ? download(problem) : null, done(problem)];
  if (problem.code === "deliveries_given_up") return done(problem);
  if (problem.code === "names_forgotten") return [h("a", { href: href(`/segments/${problem.subject}`) }, "Open the segment"), done(problem)];
  if (problem.code === "delivery_set_aside") return h("a", { href: href("/activity") }, "Look at it");
  if (["segment_stale", "plan_failed"].includes(problem.code)) return h("a", { href: href(`/segments/${problem.subject}`) }, "Open the segment");
  if (["write_refused", "written_too_often"].includes(problem.code)) return h("a", { href: href(`/customers/${problem.subject}`) }, "Open the customer");
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
