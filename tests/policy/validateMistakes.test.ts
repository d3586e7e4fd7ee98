import assert from "node:assert/strict";
import type { PolicyDocument } from "../../components/policy/document";
import { validatePolicy } from "../../components/policy/validate";
import { correctPolicies, type CorrectPolicy } from "./correctPolicies";
import { MISTAKES, type Mistake } from "./mistakes";

/** How many mistakes of a kind were made, and how many were told. */
interface Rate {
  readonly kind: string;
  readonly made: number;
  readonly told: number;
  /** The first that was not. */
  readonly silent: unknown;
}

describe("mistakes in correct policies", () => {
  let rates: ReadonlyMap<string, Rate> = new Map();
  before(function () {
    this.timeout(60_000);
    const correct = correctPolicies();
    rates = new Map(MISTAKES.map((mistake) => [mistake.kind, rateOf(mistake, correct)]));
  });

  for (const { kind, atLeast } of MISTAKES) {
    it(`are told: ${kind}${atLeast === 100 ? "" : `, ${atLeast} in a hundred`}`, () => {
      const { made, told, silent } = rates.get(kind) ?? { made: 0, told: 0, silent: undefined };
      assert.ok(made > 0, "no policy has a place for it");
      assert.ok(100 * told >= atLeast * made, `${told} of ${made}; not told is ${JSON.stringify(silent)}`);
    });
  }

  after(() => {
    if (process.env.MISTAKES === "print")
      process.stdout.write(
        `${[...rates.values()]
          .map(({ kind, made, told }) => `${`${told}/${made}`.padStart(11)}  ${kind}`)
          .join("\n")}\n`,
      );
  });
});

function rateOf({ kind, codes, make }: Mistake, policies: readonly CorrectPolicy[]): Rate {
  let made = 0;
  let told = 0;
  let silent: unknown;
  for (const policy of policies) {
    for (const wrong of make(policy)) {
      made++;
      if (validatePolicy(wrong as PolicyDocument, policy.context).some(({ code }) => codes.includes(code))) told++;
      else silent ??= wrong;
    }
  }
  return { kind, made, told, silent };
}
