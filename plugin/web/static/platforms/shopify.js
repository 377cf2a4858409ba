// Inside Shopify's admin: App Bridge gives a fresh ID token for each call, toasts, and asks for scopes.
import { around } from "../lib/platform.js";

around({
  token: () => window.shopify?.idToken?.(),
  again: (answer) => answer.headers.has("X-Shopify-Retry-Invalid-Session-Request"),
  toast: (text, isError) => {
    if (!window.shopify?.toast?.show) return false;
    window.shopify.toast.show(text, { isError });
    return true;
  },
  allow: window.shopify?.scopes?.request && (async (scopes) => (await window.shopify.scopes.request(scopes)).result === "granted-all"),
  segments: true,
  language: window.shopify?.config?.locale || "en",
});
