// Stands in for the platform's script: tells the app when somebody logs out of the control panel.
"use strict";

window.Bigcommerce = {
  init({ onLogout } = {}) {
    addEventListener("message", (event) => {
      if (event.source === parent && event.data && event.data.sandbox === "logout" && onLogout) onLogout();
    });
  },
};
