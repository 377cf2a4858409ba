// What a view shows when there is nothing to show, or when it could not be had.
import { h, say } from "../lib/dom.js";
import { platform } from "../lib/platform.js";

export function empty(title, text, ...actions) {
  return h("div", { class: "empty" }, h("h3", {}, title), h("p", { class: "quiet" }, text), actions.length ? h("p", {}, actions) : null);
}

export function failed(failure, again) {
  const retry = again && h("div", { class: "row" }, h("button", { type: "button", onclick: again }, "Try again"));
  return h("div", {},
    h("h1", { class: "hidden-text" }, "Something went wrong"),
    h("div", { class: "notice critical", role: "alert" }, h("p", {}, failure.message || "Something went wrong."), retry));
}

export function card(title, ...children) {
  return h("section", { class: "card" }, title ? h("header", {}, typeof title === "string" ? h("h2", {}, title) : title) : null, children);
}

// A short confirmation: the admin's own toast where there is one.
export function toast(text, isError = false) {
  say(text);
  if (platform.toast?.(text, isError)) return;
  const shown = h("div", { class: "toast", "aria-hidden": "true" }, text);
  document.body.append(shown);
  setTimeout(() => shown.remove(), 5000);
}

// Asks before something that can't be taken back; resolves to whether to go on.
export function confirm(title, text, yes, no = "Cancel") {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-labelledby": "confirm-title" },
      h("h2", { id: "confirm-title" }, title),
      h("p", {}, text),
      h("div", { class: "row" },
        h("button", { type: "button", onclick: () => dialog.close("") }, no),
        h("button", { type: "button", class: "danger", onclick: () => dialog.close("yes") }, yes)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A button that works once at a time, keeps the focus, and says when it could not.
export function action(text, work, { primary = false, danger = false, key = text, label } = {}) {
  const style = danger ? "danger" : primary ? "primary" : undefined;
  const button = h("button", { type: "button", class: style, "data-key": key, "aria-label": label }, text);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      await work();
    } catch (failure) {
      if (failure.name !== "AbortError") toast(failure.message, true);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  return button;
}
