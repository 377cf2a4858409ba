// Shopify's own library for Node, asked over lines of JSON: one question a line, one answer a line.
//   {do: "webhook", at, headers, body}   whether it accepts a webhook      {do: "sign", body}      its signature
//   {do: "query", at, query}             whether it accepts a query        {do: "signQuery", query}
//   {do: "token", at, token}             whether it accepts an ID token    {do: "signToken", claims}
//   {do: "proxy", at, query}             whether it accepts an app proxy's query
//   {do: "shop", shop}                   whether that can be a shop's domain
// `at` is the moment in seconds at which it judges.
import readline from "node:readline";
import "@shopify/shopify-api/adapters/node";
import { LogSeverity, shopifyApi } from "@shopify/shopify-api";
import { getHmac, getJwt } from "@shopify/shopify-api/test-helpers";

// What signs a query is not exported; it is the half of `validateHmac` that makes the signature to compare with.
const inside = new URL("./node_modules/@shopify/shopify-api/dist/esm/lib/utils/hmac-validator.mjs", import.meta.url);
const { generateLocalHmac } = await import(inside);

const [apiKey, apiSecretKey] = process.argv.slice(2);
const settings = { apiKey, apiSecretKey, hostName: "app.example", apiVersion: "2026-07", isEmbeddedApp: true };
const shopify = shopifyApi({ ...settings, logger: { level: LogSeverity.Error } });

let now = null;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length || now === null ? given : [now * 1000]));
  }
  static now() {
    return now === null ? RealDate.now() : now * 1000;
  }
};

function entries(query) {
  const found = {};
  for (const [key, value] of new URLSearchParams(query)) found[key] = key in found ? [found[key], value].flat() : value;
  return found;
}

const deeds = {
  async webhook({ headers, body }) {
    const rawRequest = { method: "POST", url: "/", headers };
    const told = await shopify.webhooks.validate({ rawBody: body, rawRequest, rawResponse: {} });
    return { ok: told.valid, why: told.reason, topic: told.topic, domain: told.domain };
  },
  async query({ query }) {
    return { ok: await shopify.utils.validateHmac(entries(query)) };
  },
  async proxy({ query }) {
    return { ok: await shopify.utils.validateHmac(entries(query), { signator: "appProxy" }) };
  },
  async token({ token }) {
    return { ok: true, claims: await shopify.session.decodeSessionToken(token) };
  },
  async shop({ shop }) {
    return { ok: shopify.utils.sanitizeShop(shop) !== null };
  },
  async sign({ body }) {
    return { ok: true, signature: getHmac(body, apiSecretKey) };
  },
  async signQuery({ query }) {
    return { ok: true, hmac: await generateLocalHmac({ apiSecretKey })(entries(query)) };
  },
  async signToken({ claims }) {
    return { ok: true, ...(await getJwt("any", apiKey, apiSecretKey, claims)) };
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  now = asked.at ?? null;
  let told;
  try {
    told = await deeds[asked.do](asked);
  } catch (error) {
    told = { ok: false, why: error.constructor.name };
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
