import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reviewPreview } from "../../cli/review/judge/reviewPreview";
import { readFilePreview, readPreview } from "../../cli/review/read/readPreview";
import type { Preview } from "../../cli/review/read/preview";
import { Unjudged } from "../../cli/exit";

const ASSOCIATION = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation";
const urn = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;

const STATE = { inputs: { routeTableId: "rtb-1", vpcEndpointId: "vpce-1" } };

const DIGEST = {
  steps: [
    { op: "same", urn: urn("pulumi:pulumi:Stack", "shop-dev"), newState: {} },
    { op: "create", urn: urn(ASSOCIATION, "a"), newState: STATE },
  ],
  changeSummary: { same: 1, create: 1 },
};

const EVENTS = [
  { preludeEvent: { config: {} } },
  ...DIGEST.steps.map(({ op, urn: of, newState }) => ({
    resourcePreEvent: { metadata: { op, urn: of, old: null, new: newState }, planning: true },
  })),
  { summaryEvent: { resourceChanges: { same: 1, create: 1 }, isPreview: true, result: "succeeded" } },
  { cancelEvent: {} },
].map((event, i) => ({ sequence: i, timestamp: 1_795_936_261, ...event }));

const digestText = JSON.stringify(DIGEST, null, 4);
const eventsText = EVENTS.map((event) => `${JSON.stringify(event)}\n`).join("");

/** In pieces of `size` bytes, as a pipe gives them. */
async function read(text: string | Buffer, size = 1 << 20): Promise<Preview> {
  const bytes = Buffer.from(text as string);
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  }
  return readPreview("preview.json", pieces());
}

const switchesIn = (preview: Preview): unknown =>
  reviewPreview(preview).switches.map(({ id, direction, isAnnounced }) => [id, direction, isAnnounced]);

const EXPECTED = [["rtb-1", "switch", false]];

describe("reading a preview", () => {
  const folder = mkdtempSync(join(tmpdir(), "preview-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const utf16 = Buffer.from(`\ufeff${digestText}`, "utf16le");
  const readable: readonly (readonly [what: string, text: string | Buffer])[] = [
    ["a digest", digestText],
    ["a digest on one line", JSON.stringify(DIGEST)],
    ["a digest on one line, and a line's end", `${JSON.stringify(DIGEST)}\n`],
    ["a digest after text", `npm warn {\nPreviewing update (dev):\n{ is a brace\n\n${digestText}\n`],
    ["a digest with Windows' line ends and a byte order mark", `\ufeff${digestText.replace(/\n/g, "\r\n")}\r\n`],
    ["a digest as PowerShell writes it", utf16],
    ["a digest as PowerShell writes it, the other way round", Buffer.from(utf16).swap16()],
    ["events", eventsText],
    ["events without the last line's end", eventsText.trimEnd()],
    ["events after text, with Windows' line ends", `\ufeffwarning: old\r\n${eventsText.replace(/\n/g, "\r\n")}`],
    ["the log of a deployment that was previewed before", `${eventsText}{"sequence":9,"resourcePreEvent":{}}\n`],
  ];
  for (const [what, text] of readable)
    it(`takes ${what}, however it is cut into pieces`, async () => {
      for (const size of [1 << 20, 1000, 7]) assert.deepEqual(switchesIn(await read(text, size)), EXPECTED);
      const file = join(folder, "preview.json");
      writeFileSync(file, text);
      assert.deepEqual(switchesIn(await readFilePreview(file)), EXPECTED);
    });

  const unreadable: readonly (readonly [what: string, text: string, error: RegExp])[] = [
    ["nothing", "", /is empty: pipe `pulumi preview --json --show-sames`/],
    ["blank lines", "\n  \r\n", /is empty/],
    ["text alone", "error: no stack selected\n", /has no JSON in it/],
    ["a digest that is cut off", digestText.slice(0, -40), /is cut off, or no JSON: .*Write the preview once more/],
    ["text after a digest", `${digestText}\nerror: preview failed`, /has text after the preview: .*2> errors.txt/],
    ["other JSON", `{"version": 3, "deployment": {}}`, /is JSON, but no preview/],
    ["events that end in the middle of a line", eventsText.slice(0, -70), /is cut off, or mixed.*: line 4 is no event/],
    ["events that end before the last", eventsText.split("\n").slice(0, 2).join("\n"), /its last event is missing/],
    ["text between events", eventsText.replace("\n", "\nwarning: x\n"), /line 2 is no event/],
    ["a deployment's log", eventsText.replace('"isPreview":true', '"isPreview":false'), /is the log of a deployment/],
  ];
  for (const [what, text, error] of unreadable)
    it(`refuses ${what}, and says what to do`, async () => {
      await assert.rejects(read(text), (thrown) => thrown instanceof Unjudged && error.test(thrown.message));
    });

  it("knows what is secret and what is unknown in both forms, and shows neither", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "hunter2" };
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    for (const id of ["[secret]", secret, unknown]) {
      const given = { ...STATE, inputs: { ...STATE.inputs, routeTableId: id } };
      const steps = [{ op: "create", urn: urn(ASSOCIATION, "a"), newState: given }];
      const events = steps.map(({ op, urn: of, newState }) => ({
        sequence: 1,
        resourcePreEvent: { metadata: { op, urn: of, new: newState } },
      }));
      const end = `{"sequence":2,"summaryEvent":{"isPreview":true}}`;
      for (const text of [
        JSON.stringify({ steps }),
        `${events.map((each) => JSON.stringify(each)).join("\n")}\n${end}`,
      ]) {
        const review = reviewPreview(await read(text));
        assert.deepEqual(
          review.switches.map((each) => [each.id, each.isSecret, each.breaks]),
          [[undefined, id !== unknown, true]],
        );
        assert.doesNotMatch(JSON.stringify(review), /hunter2|\[secret\]|04da6b54|4dabf18/);
      }
    }
  });

  it("says nothing of the engine's diagnostics but what is of our components, without colours", async () => {
    const component = urn("dynamodb-endpoint:index:DynamoDbEndpoint", "ddb");
    const diagnostics = [
      { urn: urn("aws:s3/bucket:Bucket", "b"), message: "error: password is hunter2", severity: "error" },
      { message: "error: hunter2", severity: "error" },
      { message: 'error: RouteRollout "ddb": an argument cannot be used\n', severity: "error" },
      { urn: component, message: "error: <{%fg 1%}>not this<{%reset%}> way", severity: "error" },
    ];
    const digest = await read(JSON.stringify({ ...DIGEST, diagnostics }));
    assert.equal(digest.failure?.others, 2);
    assert.doesNotMatch(JSON.stringify(reviewPreview(digest)), /hunter2/);
    const lines = diagnostics.map((diagnosticEvent) => JSON.stringify({ sequence: 1, diagnosticEvent }));
    const events = await read(`${lines.join("\n")}\n${eventsText}`);
    assert.deepEqual(events.failure, {
      quoted: ['RouteRollout "ddb": an argument cannot be used\n', "not this way"],
      others: 2,
    });
  });

  it("does not hold ten megabytes of diagnostics against a preview", async () => {
    const diagnostics = Array.from({ length: 10_000 }, () => ({ message: "x".repeat(1000), severity: "info" }));
    assert.deepEqual(switchesIn(await read(JSON.stringify({ diagnostics, ...DIGEST }))), EXPECTED);
  });

  it("finds each resource by its URN, whatever its name, in a stack of whatever name", async () => {
    for (const name of ['a::b "c"', "a$b::", "ü\u202e|`"]) {
      const text = JSON.stringify({ steps: [{ op: "create", urn: urn(ASSOCIATION, name), newState: STATE }] });
      const [found] = reviewPreview(await read(text)).switches;
      assert.equal(found?.by.name, name);
    }
  });

  it("has the version of its parts in package.json: one for both packages", () => {
    const versions = ["package.json", "cli/package.json"].map((file) => {
      const { version } = JSON.parse(readFileSync(join(__dirname, "../..", file), "utf8")) as { version: string };
      return version;
    });
    assert.equal(versions[0], versions[1]);
  });
});
