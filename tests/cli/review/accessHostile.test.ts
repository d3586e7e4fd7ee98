import assert from "node:assert/strict";
import fc from "fast-check";
import { knownIn } from "../../../cli/review/access/known";
import { notSeenIn } from "../../../cli/review/access/notSeen";
import { readDigest } from "../../../cli/review/read/digest";
import { REVIEW_SCHEMA_VERSION, type Review } from "../../../cli/review/review";
import { markdownOf } from "../../../cli/review/tell/markdown";
import { terminalText } from "../../../cli/review/tell/terminal";
import { hostileTexts, outsideCode, structure } from "../hostileTexts";
import { misfits } from "../schema";
import schema from "../../../cli/review/review.schema.json";
import {
  ACCOUNT,
  documentOf,
  fromNat,
  inline,
  network,
  onlyThrough,
  reads,
  reviewed,
  role,
  SECRET,
  step,
  type Step,
  SWITCH,
  TABLE,
  tableArn,
  tablePolicy,
  TYPES,
  UNKNOWN,
  urnOf,
} from "./smallPreview";

const reviewOf = (...steps: readonly (Step | readonly Step[])[]): Review => ({
  schemaVersion: REVIEW_SCHEMA_VERSION,
  command: "review",
  stacks: [reviewed(...steps)],
});
const comment = (review: Review): string => markdownOf(review, { picture: false, now: "2026-01-01T00:00:00.000Z" });

/** A role that is denied by the switch, and one that a table's lock denies, with names and Sids of somebody else. */
function named(text: string, sid = "Known"): Review {
  const arn = `arn:aws:iam::${ACCOUNT}:role/${text}`;
  return reviewOf(
    network(SWITCH),
    TABLE,
    step(TYPES.role, text, { ...role(text), outputs: { arn, name: text } }),
    inline(text, `own ${text}`, documentOf({ ...fromNat, Sid: sid }, { ...reads, Action: "dynamodb:Query" })),
    step(TYPES.tablePolicy, "lock", undefined, tablePolicy(documentOf({ ...onlyThrough, Sid: sid }))),
    step(TYPES.attachment, "attached", { inputs: { role: text, policyArn: `arn:aws:iam::aws:policy/${text}` } }),
  );
}

const ROLE = [step(TYPES.role, "app", role("app")), inline("app", "own", documentOf(fromNat))];

describe("what a review tells of permissions", () => {
  it("is the same Markdown whatever things are called", () => {
    const plain = structure(comment(named("plain")));
    const refused = structure(comment(named("plain", "a |")));
    fc.assert(
      fc.property(hostileTexts, (text) => {
        fc.pre(text.trim() !== "");
        assert.deepEqual(structure(comment(named(text))), plain);
        assert.doesNotMatch(outsideCode(comment(named(text))), /@octocat|example\.com/);
        // AWS refuses such a Sid, and with it the policy.
        assert.deepEqual(structure(comment(named("plain", `${text} |`))), refused);
      }),
      { numRuns: 20, seed: 20261129 },
    );
  });

  it("has no controls in a terminal", () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        const told = terminalText(named(text), false);
        assert.doesNotMatch(told.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
      { numRuns: 40, seed: 20261130 },
    );
  });

  it("shows nothing of a document that is secret, and no document whole", () => {
    const hidden = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: "Unmentionable",
    };
    const review = reviewOf(
      network(SWITCH),
      TABLE,
      step(TYPES.role, "app", role("app")),
      inline(
        "app",
        "own",
        documentOf(fromNat, { ...reads, Condition: { StringEquals: { "aws:userid": "Mine" } } }),
        SECRET,
      ),
      step(TYPES.tablePolicy, "lock", tablePolicy(hidden)),
    );
    assert.match(terminalText(review, false), /secret, known after deployment, or made elsewhere: role\/app\/own/);
    assert.doesNotMatch(`${comment(review)}${terminalText(review, false)}`, /Unmentionable|4dabf18193072939|Mine/);
    assert.doesNotMatch(JSON.stringify(review), /Unmentionable|4dabf18193072939/);
  });

  it("is nothing, and no error, where a preview has anything at all in its states", () => {
    const arn = fc.constantFrom(
      "",
      ":",
      "arn:aws:iam::1:role/a",
      tableArn("Orders"),
      "arn:aws:dynamodb:::table/",
      "a:b:c:d:e:f",
    );
    const text = fc.oneof(
      fc.constantFrom("Orders", "app", UNKNOWN, SECRET, documentOf(fromNat), "{", "[]", "null"),
      arn,
    );
    const value = fc.oneof(
      text,
      fc.array(fc.oneof(text, fc.dictionary(fc.constantFrom("name", "policy"), text))),
      fc.anything(),
    );
    const properties = [
      ...[
        "arn",
        "name",
        "policy",
        "role",
        "roles",
        "user",
        "group",
        "policyArn",
        "inlinePolicies",
        "managedPolicyArns",
      ],
      ...["permissionsBoundary", "resourceArn", "vpcEndpointId", "routeTableId", "serviceName", "vpcId", "publicIp"],
      ...["routes", "policyDocument", "resourcePolicy"],
    ];
    const state = fc.record({
      id: fc.option(text, { nil: undefined }),
      inputs: fc.dictionary(fc.constantFrom(...properties), value),
      outputs: fc.dictionary(fc.constantFrom(...properties), value),
      dependencies: fc.array(fc.constantFrom(...Object.values(TYPES).map((type) => urnOf(type, "x")))),
    });
    const steps = fc.array(
      fc.record({
        op: fc.constantFrom("same", "create", "update", "delete", "replace"),
        urn: fc.constantFrom(...Object.values(TYPES)).map((type) => urnOf(type, "x")),
        oldState: fc.option(state, { nil: undefined }),
        newState: fc.option(state, { nil: undefined }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const review = reviewOf(network(SWITCH), given, ROLE);
        assert.ok(comment(review).length > 0);
      }),
      { numRuns: 200, seed: 20261129 },
    );
  });

  it("is as its schema says", () => {
    const review = named("app");
    assert.ok((review.stacks[0]?.access?.flips.length ?? 0) > 0);
    assert.deepEqual(misfits(JSON.parse(JSON.stringify(review)), schema), []);
  });

  it("says that a policy of a thousand statements was not read", () => {
    const thousand = Array.from({ length: 1_000 }, (_, i) => ({ ...fromNat, Sid: `S${i}` }));
    const { findings } = reviewed(
      network(SWITCH),
      TABLE,
      step(TYPES.role, "app", role("app", { inlinePolicies: [{ name: "own", policy: documentOf(...thousand) }] })),
    );
    const [notSeen] = findings.filter(({ id }) => id === "PermissionsNotSeen");
    assert.match(notSeen?.evidence.join() ?? "", /role\/app\/own/);
  });

  it("leaves out who would take minutes with hundreds of locks, and says so", () => {
    const steps = [
      TABLE,
      ...Array.from({ length: 52 }, (_, i) => step(TYPES.role, `r${i}`, role(`r${i}`))),
      ...Array.from({ length: 300 }, (_, i) =>
        step(TYPES.tablePolicy, `T${i}`, undefined, {
          inputs: { resourceArn: tableArn(`T${i}`), policy: documentOf(onlyThrough) },
        }),
      ),
    ];
    const preview = readDigest("preview.json", JSON.stringify({ steps }));
    const known = knownIn(preview, [], new Map());
    assert.ok(known);
    assert.deepEqual([known.callers.length, known.callersLeftOut], [50, 2]);
    assert.match(notSeenIn(known, { readsAddresses: false, open: [] }).join(), /2 callers more/);
  });
});
