// The store this page stands in: asked once, kept until the next look at the overview.
import { get } from "./api.js";
import { inZone } from "./format.js";

let known;

export async function overviewOf(signal) {
  const told = await get("/overview", signal);
  known = told.store;
  inZone(known.timezone);
  return told;
}

export async function store(signal) {
  return known ?? (await overviewOf(signal)).store;
}
