import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Starts a stand-in for Vault's transit engine, one of the secrets providers that Pulumi has, and returns what the
 * engine needs in its environment to use it. It keeps nothing, hides nothing, and ends with the process.
 *
 * From a passphrase the engine derives a key with a million rounds, in every command: a third of what a command on a
 * small stack costs, and nothing that is tested here.
 *
 * https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export async function startKeyService(): Promise<Readonly<Record<string, string>>> {
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    ISOLATED_SECRETS_PROVIDER: "hashivault://tests",
    VAULT_SERVER_URL: `http://127.0.0.1:${port}`,
    VAULT_SERVER_TOKEN: "tests",
  };
}

const CIPHERTEXT = "vault:v1:";

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const asked = await json(request);
  switch (request.url) {
    case "/v1/transit/encrypt/tests":
      return { status: 200, body: { data: { ciphertext: `${CIPHERTEXT}${asked.plaintext}` } } };
    case "/v1/transit/decrypt/tests":
      return { status: 200, body: { data: { plaintext: asked.ciphertext?.slice(CIPHERTEXT.length) } } };
    default:
      return { status: 404, body: { errors: [`the tests' key service does not know ${request.url}`] } };
  }
}

async function json(request: IncomingMessage): Promise<{ plaintext?: string; ciphertext?: string }> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text || "{}") as { plaintext?: string; ciphertext?: string };
}
