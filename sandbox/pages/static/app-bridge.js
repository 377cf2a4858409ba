// Stands in for the platform's App Bridge: window.shopify, and a fetch that signs in by ID token.
// The frame around the page (the sandbox's admin) answers by postMessage.
(() => {
  "use strict";
  const script = document.currentScript;
  const admin = new URL(script.src).origin;
  const query = new URLSearchParams(location.search);
  const meta = document.querySelector('meta[name="shopify-api-key"]');
  const waiting = new Map();
  const KEPT_MS = 40_000; // A token lives for a minute.
  let kept = null;
  let count = 0;

  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== admin || !["id-token", "scopes"].includes(event.data?.sandbox)) return;
    waiting.get(event.data.id)?.(event.data.token ?? event.data.granted);
    waiting.delete(event.data.id);
  });

  function say(message) {
    if (parent !== window) parent.postMessage(message, admin);
  }

  function idToken(fresh = false) {
    if (kept && !fresh && Date.now() - kept.at < KEPT_MS) return kept.token;
    const token = new Promise((resolve, reject) => {
      const id = ++count;
      waiting.set(id, resolve);
      setTimeout(() => reject(new Error("no ID token: is the page within the admin?")), 10_000);
      say({ sandbox: "id-token", id });
    });
    kept = { token, at: Date.now() };
    token.catch(() => { kept = null; });
    return token;
  }

  const plainFetch = window.fetch.bind(window);

  async function signedFetch(input, init) {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin) return plainFetch(request);
    const again = request.clone();
    const first = await plainFetch(await signed(request, false));
    if (first.status === 401 && first.headers.has("X-Shopify-Retry-Invalid-Session-Request")) {
      return leave(await plainFetch(await signed(again, true)));
    }
    return leave(first);
  }

  async function signed(request, fresh) {
    if (!fresh && request.headers.has("Authorization")) return request;
    request.headers.set("Authorization", `Bearer ${await idToken(fresh)}`);
    return request;
  }

  // The app may ask for the whole window, to send the merchant elsewhere; of several answers at once the first does.
  let leaving = false;

  function leave(answer) {
    const url = answer.headers.get("X-Shopify-API-Request-Failure-Reauthorize-Url");
    if (url && !leaving) {
      leaving = true;
      window.open(url, "_top");
    }
    return answer;
  }

  // The bounce page: load the wanted page again, with a fresh token.
  async function bounce(target) {
    const url = new URL(target, location.origin);
    if (url.origin !== location.origin) return;
    url.searchParams.set("id_token", await idToken(true));
    location.replace(url);
  }

  function tellNav() {
    const links = document.querySelectorAll("s-app-nav [href], ui-nav-menu [href]");
    const shown = [...links].filter((link) => link.getAttribute("rel") !== "home").map((link) => {
      const url = new URL(link.getAttribute("href"), location.href);
      return { label: link.textContent.trim(), path: url.pathname };
    });
    if (shown.length) say({ sandbox: "nav", links: shown });
  }

  // A frame may not send the whole window away; the admin around it may.
  const plainOpen = window.open.bind(window);
  window.open = (url, target, features) => {
    if (target !== "_top" || parent === window) return plainOpen(url, target, features);
    say({ sandbox: "leave", url: new URL(url, location.href).href });
    return null;
  };

  window.fetch = signedFetch;
  window.shopify = {
    config: {
      apiKey: script.dataset.apiKey || meta?.content || "",
      shop: query.get("shop") || "",
      host: query.get("host") || "",
      locale: query.get("locale") || "en",
    },
    environment: { embedded: parent !== window, mobile: false, pos: false },
    idToken: () => Promise.resolve(idToken()),
    toast: {
      show(message, { duration, isError } = {}) {
        say({ sandbox: "toast", message, duration, isError });
        return String(++count);
      },
      hide() {},
    },
    loading() {},
    scopes: {
      request: (scopes) => new Promise((resolve) => {
        const id = ++count;
        waiting.set(id, (granted) => resolve({ result: granted ? "granted-all" : "declined-all" }));
        say({ sandbox: "scopes", id, scopes });
      }),
    },
  };

  if (query.has("shopify-reload")) bounce(query.get("shopify-reload"));
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", tellNav);
  else tellNav();
})();
