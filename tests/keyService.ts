import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Where stacks may keep their secrets' keys, and what the engine needs in its environment for it. */
export interface KeyService {
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

/**
 * A stand-in for Vault's transit engine, one of the secrets providers that Pulumi has. It keeps nothing and hides nothing.
 *
 * From a passphrase the engine derives a key with a million rounds, in every command: a third of what a command on a small
 * stack costs, and nothing that is tested here.
 *
 * https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export async function startKeyService(): Promise<KeyService> {
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  // The tests end it; it does not keep a process that has nothing else to do.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    environment: { ISOLATED_SECRETS_PROVIDER: "hashivault://tests", VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "tests" },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
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
