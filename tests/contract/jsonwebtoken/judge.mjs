// The library `jsonwebtoken`, asked over lines of JSON: one question a line, one answer a line.
//   {do: "verify", at, token, secret?, issuer?, audience?}   whether it accepts a token, by default as BigCommerce's
//   {do: "sign", claims, secret?, algorithm?, header?}       a token of exactly these claims
// A secret may be bytes, one a letter (encoding "latin1"). `at` is the moment in seconds at which it judges; clocks may differ by a minute, as for us.
import readline from "node:readline";
import jwt from "jsonwebtoken";

const [clientId, clientSecret] = process.argv.slice(2);

const deeds = {
  verify({ at, token, secret = clientSecret, encoding = "utf8", issuer = "bc", audience = clientId, tolerance = 60 }) {
    const options = { algorithms: ["HS256"], issuer, audience, clockTimestamp: at, clockTolerance: tolerance };
    return { claims: jwt.verify(token, Buffer.from(secret, encoding), options) };
  },
  sign({ claims, secret = clientSecret, algorithm = "HS256", header = {} }) {
    const key = algorithm === "none" ? null : secret;
    return { token: jwt.sign(claims, key, { algorithm, header, noTimestamp: !("iat" in claims) }) };
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let told;
  try {
    told = { ok: true, ...deeds[asked.do](asked) };
  } catch (error) {
    told = { ok: false, why: `${error.name}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
