// Inside BigCommerce's control panel: the page was given a token, and renews it as long as it is open.
import { around } from "../lib/platform.js";

const given = document.querySelector('meta[name="visit"]');
let token = given.content;
let ends = performance.now() + 1000 * given.dataset.seconds;
let half = performance.now() + 500 * given.dataset.seconds;
let under = null;

given.remove(); // Nothing else on the page needs to find it.
setInterval(() => performance.now() > half && renewed(), 15_000);
addEventListener("visibilitychange", () => performance.now() > half && renewed());

around({
  token: async () => {
    if (performance.now() > ends - 10_000) await renewed();
    else if (performance.now() > half) renewed();
    return token;
  },
  start: given.dataset.start,
});

// At most one renewal is under way; one that fails is tried again with the next call.
function renewed() {
  under ??= renew().catch(() => undefined).finally(() => { under = null; });
  return under;
}

async function renew() {
  const answer = await fetch("/api/visit", { method: "POST", headers: { Accept: "application/json", Authorization: `Bearer ${token}` } });
  if (!answer.ok) return;
  const told = await answer.json();
  token = told.token;
  ends = performance.now() + 1000 * told.seconds;
  half = performance.now() + 500 * told.seconds;
}
