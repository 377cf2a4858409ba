// Elements from values. Text is always text: nothing here reads markup, so nothing can smuggle any in.

export function h(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "value") made.value = value;
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...flat(children));
  return made;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

// Replaces what the holder shows; whoever had the focus in it has it again.
export function show(holder, ...children) {
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const open = new Set([...holder.querySelectorAll("details[open][data-key]")].map((each) => each.dataset.key));
  holder.replaceChildren(...flat(children));
  for (const each of holder.querySelectorAll("details[data-key]")) if (open.has(each.dataset.key)) each.open = true;
  if (focused) holder.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return holder;
}

// Shows the node made from the data, unless the data is what it already shows.
export function keep(holder, data, make) {
  const text = JSON.stringify(data);
  if (holder.shown === text) return;
  holder.shown = text;
  show(holder, make(data));
}

// Says it to those who listen instead of look.
export function say(text) {
  const region = document.getElementById("said");
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}
