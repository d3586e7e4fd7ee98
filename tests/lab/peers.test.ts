import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startLab } from "../../lab/lab";
import { mayAsk, type Peer, peerIn, PEERS_ARE_KNOWN } from "../../lab/peers";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

function table(...lines: readonly string[]): string {
  const rest = "01 00000000:00000000 00:00000000 00000000";
  const entries = lines.map((line, i) => {
    const [local = "", remote = "", uid = "", inode = ""] = line.split(" ");
    return `   ${i}: ${local} ${remote} ${rest}  ${uid}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
  });
  return `${[HEAD, ...entries].join("\n")}\n`;
}

/** As `nobody`, who is the same everywhere. */
const SOMEBODY_ELSE = 65_534;

/** Connects to each port, says something, and prints what ends each connection: an answer or none. */
const CLIENT = `
  const { connect } = require("node:net");
  for (const port of process.argv.slice(1)) {
    let got = 0;
    connect(Number(port), "127.0.0.1", function () { 
      this.write("GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n");
    })
      .on("data", (data) => { got += data.length; })
      .on("error", () => {})
      .on("close", () => console.log(got > 0 ? "answered" : "closed"));
  }
`;

describe("the lab on a machine with several users", () => {
  const peer = { address: "127.0.0.1", port: 4660 };
  const here = { address: "127.0.0.1", port: 4242 };
  const cases: readonly (readonly [string, string, Peer | undefined])[] = [
    ["its own entry", "0100007F:1234 0100007F:1092 1000 55", { uid: 1000, isOpen: true }],
    ["no process", "0100007F:1234 0100007F:1092 0 0", { uid: 0, isOpen: false }],
    [
      "a dual-stack socket",
      "0000000000000000FFFF00000100007F:1234 0000000000000000FFFF00000100007F:1092 7 9",
      { uid: 7, isOpen: true },
    ],
    ["the other end", "0100007F:1092 0100007F:1234 1000 55", undefined],
    ["another address", "0200007F:1234 0100007F:1092 1000 55", undefined],
    ["another port", "0100007F:1235 0100007F:1092 1000 55", undefined],
    ["nothing", "", undefined],
  ];
  for (const [title, line, expected] of cases) {
    it(`finds who is at the other end of a connection: ${title}`, () =>
      assert.deepEqual(peerIn(table("0100007F:1092 00000000:0000 0 1", line), peer, here), expected));
  }

  it("answers its user and root, and nobody else", () => {
    assert.ok(mayAsk({ uid: 1000, isOpen: true }, 1000));
    assert.ok(mayAsk({ uid: 0, isOpen: true }, 1000));
    assert.ok(!mayAsk({ uid: 1001, isOpen: true }, 1000));
    assert.ok(!mayAsk({ uid: 0, isOpen: false }, 1000));
    assert.ok(!mayAsk(undefined, 1000));
  });

  it("closes a connection of another user without reading it, and answers its own", async function () {
    // Only root can be somebody else for a moment.
    if (!PEERS_ARE_KNOWN || process.getuid?.() !== 0) return this.skip();
    const lab = await startLab();
    try {
      const ports = [String(lab.port), new URL(lab.environment.AWS_ENDPOINT_URL ?? "").port];
      const run = async (uid: number): Promise<string> => {
        const options = { uid, cwd: "/", env: {} };
        return (await promisify(execFile)(process.execPath, ["-e", CLIENT, ...ports], options)).stdout;
      };
      assert.equal(await run(0), "answered\nanswered\n");
      assert.equal(await run(SOMEBODY_ELSE), "closed\nclosed\n");
    } finally {
      await lab.stop();
    }
  });
});
