// The store's customer groups: which of ours counts first, and which of the merchant's customers may leave.
import { get, put } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { action, card, confirm, empty, toast } from "./states.js";

export async function groups(signal) {
  const told = await get("/groups", signal);
  if (!told.there) return null;
  const order = h("div"), leavable = h("div");
  drawOrder(order, told);
  drawLeavable(leavable, told, signal);
  return card("Customer groups",
    h("p", { class: "quiet" }, "A segment can have a customer group of its own. A customer is in one group at most, so these choices say who is moved."),
    order, leavable);
}

// Segments with a group, the first first.
function drawOrder(holder, { shown }) {
  if (shown.length < 2) return show(holder);
  const move = async (place, by) => {
    const wanted = shown.map(({ segment_id: id }) => id);
    [wanted[place], wanted[place + by]] = [wanted[place + by], wanted[place]];
    drawOrder(holder, await put("/groups/order", { segments: wanted }));
    holder.querySelector(`[data-key="${by < 0 ? "up" : "down"}-${wanted[place + by]}"]`)?.focus();
    toast("Saved. Customers are moved accordingly.");
  };
  return show(holder, h("section", { class: "setting stack" }, h("h3", {}, "Which group comes first"),
    h("p", { class: "quiet" }, "Who is in several of these segments is put into the group of the first."),
    h("ol", { class: "stack" }, shown.map((each, place) => h("li", {}, h("div", { class: "row" }, h("b", {}, each.segment), each.groups.map((name) => h("span", { class: "tag" }, name)),
      mover(each, "up", "Move up", place > 0, () => move(place, -1)), mover(each, "down", "Move down", place < shown.length - 1, () => move(place, 1))))))));
}

// Always there, so that nobody loses their place; of no use at the end of the list.
function mover(each, way, text, useful, work) {
  const button = action(text, () => (useful ? work() : undefined), { key: `${way}-${each.segment_id}` });
  button.setAttribute("aria-label", `${text}: ${each.segment}`);
  if (!useful) button.classList.add("spent");
  return button;
}

function drawLeavable(holder, { leavable }, signal) {
  const list = h("div", { class: "stack" });
  const open = async () => {
    const { groups: every, unseen } = await get("/groups/choices", signal);
    show(list, every.length ? every.map(row) : empty("No other groups", "Your store has no customer groups besides those of your segments."),
      unseen ? h("p", { class: "quiet" }, unseen) : null);
    list.querySelector("input")?.focus();
  };
  show(list, h("p", {}, leavable.length ? `Customers may be taken out of: ${leavable.join(", ")}.` : "Customers are taken out of none of your own groups."),
    h("div", { class: "row" }, action("Choose groups", open, { key: "choose-groups" })));
  return show(holder, h("section", { class: "setting stack" }, h("h3", {}, "Groups that customers may leave"),
    h("p", { class: "quiet" }, "Who is in one of your own groups stays there, unless you tick it here. Then segments may move them, and they go back to it when they leave the segment."), list));
}

// A tick holds at once; one that changes prices or more is asked about first.
function row(group) {
  const id = `group-${group.id}`;
  const box = h("input", { type: "checkbox", checked: group.leavable, "data-key": id, "aria-describedby": `${id}-says`, "aria-disabled": group.never ? "true" : null });
  box.addEventListener("click", (event) => { if (box.getAttribute("aria-disabled") === "true") event.preventDefault(); });
  box.addEventListener("change", async () => {
    const wanted = box.checked;
    box.setAttribute("aria-disabled", "true");
    try {
      if (!(await choose(group, wanted))) box.checked = !wanted;
    } catch (failure) {
      box.checked = !wanted;
      toast(failure.message, true);
    } finally {
      box.removeAttribute("aria-disabled");
      box.focus();
    }
  });
  const says = group.never ? `Nobody can be taken out of it: ${group.reasons}.` : group.reasons ? `Customers who leave it notice: ${group.reasons}.` : "";
  return h("div", {}, h("label", { class: "choice" }, box, h("b", {}, group.name)), says ? h("p", { id: `${id}-says`, class: "hint" }, says) : null);
}

async function choose(group, wanted) {
  const warned = wanted && group.reasons;
  const text = `About ${group.name}: ${group.reasons}. Customers whom a segment moves out of it go without that for as long as they are in the segment.`;
  if (warned && !(await confirm(`Let customers leave ${group.name}?`, text, "Let them leave"))) return false;
  await put(`/groups/${group.id}`, { leavable: wanted, confirmed: Boolean(warned) });
  toast(wanted ? `Customers may leave ${group.name}. Those who waited are moved now.` : `Customers stay in ${group.name} from now on.`);
  return true;
}
