// Stands in for the platform's script: tells the control panel where the app is, and the app when somebody logs out.
// It speaks as the published one does (JSChannel, scope "bc").
"use strict";

(() => {
  const say = (method, params) => parent.postMessage(JSON.stringify({ method: `bc::${method}`, params }), "*");

  function init({ onLogout } = {}) {
    if (self === top) return;
    let ready = false;
    const moved = (type) => ready && say("iframeUrlChange", { href: location.href, type });
    addEventListener("message", ({ source, data }) => {
      if (source !== parent || typeof data !== "string" || !data.startsWith("{")) return;
      const { method } = JSON.parse(data);
      if (method === "bc::__ready" && !ready) {
        ready = true;
        moved("normal");
      } else if (method === "bc::logout" && onLogout) onLogout();
    });
    const push = history.pushState;
    history.pushState = (...said) => { push.apply(history, said); moved("pushState"); };
    addEventListener("popstate", () => moved("popState"));
    say("__ready", "ping");
  }

  window.Bigcommerce = { init };
  window.bcAsyncInit?.();
})();
