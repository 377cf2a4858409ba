// Stands in for the platform's web components. Elements without a definition are shown as plain boxes,
// which is enough where a page brings styles of its own; only the app's navigation is hidden, as it is
// there: the admin shows it beside the page (see app-bridge.js).
(() => {
  "use strict";
  class Hidden extends HTMLElement {
    connectedCallback() { this.hidden = true; }
  }
  for (const name of ["s-app-nav", "ui-nav-menu"]) {
    if (!customElements.get(name)) customElements.define(name, class extends Hidden {});
  }
})();
