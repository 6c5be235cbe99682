// Verify, with code that is not ours, what our node signed.  Reads one JSON document on
// stdin and writes, for each thing in it, which of the verifiers found it to hold.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createVerifier, httpbis } from "http-message-signatures";
import { component, verifySignature } from "http-message-sig";

const PARAMETERS = ["created", "expires", "nonce", "keyid", "alg", "tag"];
const REQUEST = ["@method", "@target-uri", "content-type", "content-digest"];
const req = (name) => component(name, { req: true });
const ANSWER = ["@status", "content-type", "content-digest", req("@method"),
  req("@target-uri"), component("signature", { key: "sig1", req: true })];

const told = JSON.parse(readFileSync(0, "utf8"));
const keys = Object.fromEntries(told.keys.map(({ keyid, x }) => [
  keyid, createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }),
]));

const fields = (headers) =>
  Object.entries(headers).map(([name, value]) => ({ name, value }));
const asked = ({ method, url, headers }) =>
  ({ kind: "request", method, targetUri: url, fields: fields(headers) });

async function holds(checking) {
  try {
    return Boolean(await checking());
  } catch {
    return false;
  }
}

function bySignatures(message, request) {
  return httpbis.verifyMessage({
    keyLookup: async ({ keyid }) => ({
      id: keyid, algs: ["ed25519"], verify: createVerifier(keys[keyid], "ed25519"),
    }),
    requiredParams: PARAMETERS,
    requiredFields: request ? ["@status", "content-digest"] : REQUEST,
    maxAge: 300,
    tolerance: 5,
  }, message, request);
}

function bySig(message, requiredComponents) {
  return verifySignature(message, {
    label: "sig1",
    policy: {
      algorithms: ["ed25519"], requiredComponents, requiredParameters: PARAMETERS,
      maxAge: 300, clockSkew: 5,
    },
    resolveVerifier: ({ parameters }) => ({
      algorithm: "ed25519",
      verify: (data, signature) => verify(null, data, keys[parameters.keyid], signature),
    }),
  });
}

async function exchange({ request, answer }) {
  const bound = {
    kind: "response", status: answer.status, fields: fields(answer.headers),
    request: asked(request),
  };
  return {
    request: {
      "http-message-signatures": await holds(() => bySignatures(request)),
      "http-message-sig": await holds(() => bySig(asked(request), REQUEST)),
    },
    answer: {
      "http-message-signatures": await holds(() => bySignatures(answer, request)),
      "http-message-sig": await holds(() => bySig(bound, ANSWER)),
    },
  };
}

const object = ({ keyid, message, signature }) => verify(
  null, Buffer.from(message, "base64"), keys[keyid], Buffer.from(signature, "base64"));

console.log(JSON.stringify({
  exchanges: await Promise.all(told.exchanges.map(exchange)),
  objects: told.objects.map(object),
}));
