// Numbers and times as the store's people say them: their language, the store's own clock.
import { h } from "./dom.js";

import { platform } from "./platform.js";

const language = platform.language;
const plain = new Intl.NumberFormat(language);
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
let zone;

export function inZone(name) {
  try {
    new Intl.DateTimeFormat(language, { timeZone: name });
    zone = name;
  } catch {
    zone = undefined; // A zone this browser has never heard of: its own clock.
  }
}

export const number = (value) => plain.format(value);

export function count(value, one, many = `${one}s`) {
  return `${number(value)} ${value === 1 ? one : many}`;
}

export function day(text) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: zone }).format(new Date(text));
}

export function exact(text) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long", timeZone: zone }).format(new Date(text));
}

const STEPS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60]];

export function ago(text) {
  const seconds = (new Date(text) - Date.now()) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? "just now" : relative.format(Math.round(seconds), "second");
}

// A time that says how long ago, and exactly when to whoever points at it.
export function time(text) {
  return text ? h("time", { datetime: text, title: exact(text) }, ago(text)) : "–";
}

export function seconds(value) {
  if (value < 60) return "less than a minute";
  if (value < 3600) return `about ${count(Math.ceil(value / 60), "minute")}`;
  return `about ${count(Math.ceil(value / 3600), "hour")}`;
}
