// Starts the page: which view stands at which address.
import { start } from "./lib/router.js";
import { activity } from "./views/activity.js";
import { beside } from "./views/beside.js";
import { customer } from "./views/customer.js";
import { customers } from "./views/customers.js";
import { edit, fresh } from "./views/editor.js";
import { help } from "./views/help.js";
import { overview } from "./views/overview.js";
import { plan } from "./views/plan.js";
import { pricing } from "./views/pricing.js";
import { segment } from "./views/segment.js";
import { settings } from "./views/settings.js";

start([
  ["", "overview", overview],
  ["/segments/new", "overview", fresh],
  ["/segments/:id", "overview", segment],
  ["/segments/:id/edit", "overview", edit],
  ["/segments/:id/plan", "overview", plan],
  ["/customers", "customers", customers],
  ["/customers/:id", "customers", customer],
  ["/customers/:id/segments", "customers", beside],
  ["/activity", "activity", activity],
  ["/settings", "settings", settings],
  ["/help", "help", help],
  ["/plan", "plan", pricing],
]);
