import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS_FINDINGS } from "../../cli/review/judge/findings";
import { reviewPreview } from "../../cli/review/judge/reviewPreview";
import { readDigest } from "../../cli/review/read/digest";
import type { Review, StackReview, Switch } from "../../cli/review/review";
import { findEngine } from "../../tools/engine/engine";
import { derivedDigest, KEPT, reviewOf, textsOf } from "../../tools/reviews/kept";
import { makePreview } from "../../tools/reviews/make";
import type { Situation } from "../../tools/reviews/situation";
import { SITUATIONS } from "../../tools/reviews/situations";
import { LANGUAGES } from "../../tools/reviews/situations/languages";

const AGAIN = "`npm run reviews` makes the kept previews again, `npm run reviews -- --reviews` their reviews alone";

const kept = (file: string): string => readFileSync(join(KEPT, file), "utf8");

describe("reviews of previews that the engine has made", () => {
  for (const situation of SITUATIONS) {
    const { name } = situation;
    it(`${name}: says what is kept, and that it breaks ${situation.breaks}`, async () => {
      const review = await reviewOf(`${name}.json`);
      const { markdown, terminal } = textsOf(review);
      assert.equal(markdown, kept(`${name}.md`), AGAIN);
      assert.equal(terminal, kept(`${name}.txt`), AGAIN);
      assert.equal(breaksIn(review), situation.breaks);
    });
  }

  for (const { name, keepsEvents } of SITUATIONS)
    if (keepsEvents)
      it(`${name}: an event stream yields the switches of the digest`, async () => {
        const [digest, events] = [
          onlyStack(await reviewOf(`${name}.json`)),
          onlyStack(await reviewOf(`${name}.events.jsonl`)),
        ];
        assert.deepEqual(events.switches.map(nameless), digest.switches.map(nameless));
        // Which of the route tables that are made it is, a stream does not say.
        const names = new Set(digest.switches.map((each) => each.name));
        assert.ok(events.switches.every((each) => each.name === undefined || names.has(each.name)));
        assert.equal(events.verdict, digest.verdict);
      });

  it("keeps what it is said to be made of, where the lab does not serve a type", () => {
    for (const { name, of } of SITUATIONS)
      if ("from" in of) assert.equal(kept(`${name}.json`), derivedDigest(of), AGAIN);
  });

  it("reads of a roll-out what the page of reviews says, and no preview has more", () => {
    const page = readFileSync(join(__dirname, "..", "..", "docs", "review.md"), "utf8");
    const sample = JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? "") as object;
    const names = new Set<string>();
    for (const { name } of SITUATIONS)
      JSON.parse(kept(`${name}.json`), (key, value: unknown) => {
        if (key === "remarks") for (const each of Object.keys(value as object)) names.add(each);
        return value;
      });
    assert.deepEqual([...names].sort(), Object.keys(sample).sort());
  });

  it("keeps nothing that no situation yields", () => {
    const names = SITUATIONS.flatMap(({ name, keepsEvents }) => [
      ...["json", "md", "txt"].map((kind) => `${name}.${kind}`),
      ...(keepsEvents ? [`${name}.events.jsonl`] : []),
    ]);
    assert.deepEqual(readdirSync(KEPT).sort(), names.sort());
  });

  it("says the same of one program in each language", async () => {
    for (const program of ["switch", "none"]) {
      const reviews = await Promise.all(
        ["yaml", ...LANGUAGES].map(async (language) => {
          const { markdown, terminal } = textsOf(await reviewOf(`language-${language}-${program}.json`));
          // The name of the file that was read.
          return { markdown: markdown.replace(`language-${language}-`, ""), terminal };
        }),
      );
      for (const review of reviews) assert.deepEqual(review, reviews[0]);
    }
  });

  it("keeps no path of the machine on which a preview was made", () => {
    for (const file of readdirSync(KEPT))
      assert.doesNotMatch(kept(file), /(?<![\w.:/-])\/(?:tmp|root|home|Users|private|var|opt|usr)\//, file);
  });

  it("never says that no connection breaks where unchanged resources are left out", () => {
    for (const { name } of SITUATIONS) {
      const { verdict, switches } = reviewPreview(readDigest(name, withoutUnchanged(kept(`${name}.json`))));
      if (hasUnchanged(kept(`${name}.json`))) assert.doesNotMatch(verdict, /No connection breaks\./, name);
      for (const each of switches) assert.ok(each.direction !== "gain" || !each.breaks, name);
    }
  });

  for (const name of ["canary", "destroy", "inline-added"])
    it(`${name}: the engine of today makes the preview that is kept`, async () => {
      const situation = SITUATIONS.find((each) => each.name === name) as Situation;
      const made = await makePreview(await findEngine(), situation);
      assert.equal(made.digest, kept(`${name}.json`), AGAIN);
      assert.equal(made.events, kept(`${name}.events.jsonl`), AGAIN);
    });
});

const ofPermissions: ReadonlySet<string> = new Set(ACCESS_FINDINGS);

function nameless(each: Switch): Switch {
  return { ...each, name: undefined };
}

function onlyStack({ stacks }: Review): StackReview {
  const [stack, ...others] = stacks;
  assert.ok(stack !== undefined && others.length === 0);
  return stack;
}

function breaksIn(review: Review): Situation["breaks"] {
  const { switches, findings } = onlyStack(review);
  const breaking = switches.filter(({ breaks }) => breaks);
  const announced = breaking.filter(({ isAnnounced }) => isAnnounced);
  // Who may do what breaks no connection.
  const isOpen = findings.some(({ severity, id }) => severity === "unknown" && !ofPermissions.has(id));
  if (breaking.length === 0) return isOpen ? "undecided" : "nothing";
  if (announced.length === 0) return "unannounced";
  return announced.length === breaking.length ? "announced" : "some announced";
}

interface Digest {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

/** As the engine prints it without `--show-sames`; the stack itself is shown all the same. */
function withoutUnchanged(text: string): string {
  const digest = JSON.parse(text) as Digest;
  const isShown = ({ op, urn }: Digest["steps"][number]): boolean =>
    op !== "same" || urn.includes("pulumi:pulumi:Stack");
  return JSON.stringify({ ...digest, steps: digest.steps.filter(isShown) });
}

function hasUnchanged(text: string): boolean {
  return withoutUnchanged(text) !== JSON.stringify(JSON.parse(text));
}
