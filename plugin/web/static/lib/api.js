// Calls to our own server, each with the token that the platform around us stands for.
import { platform } from "./platform.js";

export class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.field = error.field;
    this.problems = error.problems ?? [];
  }
}

const AWAY = { code: "away", message: "We can't reach the server. Check your connection; nothing is lost." };
const UNREADABLE = { code: "unreadable", message: "The server's answer can't be read. Try again in a minute." };

export const get = (path, signal) => call("GET", path, undefined, signal);
export const post = (path, body = {}, signal) => call("POST", path, body, signal);
export const put = (path, body, signal) => call("PUT", path, body, signal);
export const patch = (path, body) => call("PATCH", path, body);
export const remove = (path) => call("DELETE", path);

// A file of ours, as the server wrote it.
export async function file(path) {
  const answer = await send("GET", path);
  if (!answer.ok) throw new Refused(answer.status, (await answer.json().catch(() => ({}))).error ?? UNREADABLE);
  return answer.blob();
}

async function call(method, path, body, signal) {
  let answer = await send(method, path, body, signal);
  if (answer.status === 401 && platform.again(answer)) {
    answer = await send(method, path, body, signal);
  }
  if (answer.status === 204) return null;
  let told;
  try {
    told = await answer.json();
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Refused(answer.status, UNREADABLE);
  }
  if (!answer.ok) throw new Refused(answer.status, told.error ?? UNREADABLE);
  return told;
}

async function send(method, path, body, signal) {
  const headers = { Accept: "application/json", "X-Page": platform.name };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const token = await platform.token();
    if (token) headers.Authorization = `Bearer ${token}`;
    return await fetch(`/api${path}`, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Refused(0, AWAY);
  }
}
