import assert from "node:assert/strict";
import fc from "fast-check";
import { KNOWN_REGIONS } from "../../components/policy/knownRegions";
import { isRegion, partitionOf, regionIfRight, regionProblem } from "../../components/policy/regions";
import { endpointPolicy, onlyThroughEndpoint, validatePolicy, type PolicyContext } from "../../index";

const ACCOUNT = "123456789012";
const regions = fc.constantFrom(...KNOWN_REGIONS);

describe("a Region", () => {
  const refused: readonly (readonly [given: string, suggestion: RegExp])[] = [
    ["eu-west-1a", /^write "eu-west-1"$/],
    ["us-east-1-bos-1a", /^write "us-east-1"$/],
    ["us-east-1-wl1-bos-wlz-1", /^write "us-east-1"$/],
    [" eu-west-1", /^did you mean "eu-west-1"\?$/],
    ["eu-west-1\n", /^did you mean "eu-west-1"\?$/],
    ["EU-WEST-1", /^did you mean "eu-west-1"\?$/],
    ["eu_west_1", /^did you mean "eu-west-1"\?$/],
    ["eu west 1", /^did you mean "eu-west-1"\?$/],
    ["eu-west1", /^did you mean "eu-west-1"\?$/],
    ["eu-west", /^did you mean "eu-west-1"\?$/],
    ["eu-wset-1", /^did you mean "eu-west-1"\?$/],
    ["ue-west-1", /^did you mean "eu-west-1"\?$/],
    ["eu-west-11", /^did you mean "eu-west-1"\?$/],
    ["us-gov-esat-1", /^did you mean "us-gov-east-1"\?$/],
    ["ap-southest-2", /^did you mean "ap-southeast-2"\?$/],
    ["global", /^write the code of one, such as "us-east-1"$/],
    ["aws-global", /^write the code of one, such as "us-east-1"$/],
    ["", /^write the code of one, such as "us-east-1"$/],
    ["*", /^write the code of one, such as "us-east-1"$/],
    ["   eu-west-1   ", /^did you mean "eu-west-1"\?$/],
    ["eu-xxxt-1", /^did you mean "eu-west-1"\?$/],
    ["eu-xxxx-1", /^write the code of one, such as "us-east-1"$/],
    ["eu-west-0", /^did you mean "eu-west-1"\?$/],
    ["eu-west-*", /^did you mean "eu-west-1"\?$/],
    ["x".repeat(100_000), /^write the code of one, such as "us-east-1"$/],
  ];
  for (const [given, suggestion] of refused) {
    it(`is none: ${JSON.stringify(given.slice(0, 40))}`, () => {
      const { message, suggestion: write } = regionProblem(given) ?? { message: "", suggestion: "nothing wrong" };
      assert.match(write, suggestion);
      const shown = given.length > 160 ? `${given.slice(0, 159)}…` : given;
      assert.equal(
        message,
        write.startsWith('write "eu') || write.startsWith('write "us')
          ? `${JSON.stringify(given)} is a zone, not a Region`
          : given === ""
            ? "is empty"
            : `${JSON.stringify(shown)} is not an AWS Region`,
      );
    });
  }

  it("is told of only where it is one", () => {
    assert.deepEqual(["eu-west-1", "eu-west", 7].map(regionIfRight), ["eu-west-1", undefined, undefined]);
  });

  it("is each of those that are known", () =>
    assert.deepEqual(
      KNOWN_REGIONS.filter((region) => !isRegion(region)),
      [],
    ));

  for (const newer of [
    "eu-west-4",
    "us-south-1",
    "ap-southeast-9",
    "nz-north-1",
    "cn-south-1",
    "us-gov-central-1",
    "eu-isoe-north-1",
    "us-isog-east-1",
    "us-iso-central-1",
    "ap-southwest-1",
    "eusc-fr-west-1",
  ]) {
    it(`may be newer than those that are known: ${newer}`, () => assert.equal(regionProblem(newer), undefined));
  }

  it("is found again in what a slip of the hand makes of it", () => {
    const slips = fc.constantFrom<(region: string) => string>(
      (region) => region.toUpperCase(),
      (region) => ` ${region}`,
      (region) => `${region}\t`,
      (region) => region.replaceAll("-", "_"),
    );
    fc.assert(
      fc.property(regions, slips, (region, slip) =>
        assert.equal(regionProblem(slip(region))?.suggestion, `did you mean "${region}"?`),
      ),
    );
    fc.assert(
      fc.property(regions, fc.constantFrom("a", "b", "c"), (region, zone) =>
        assert.equal(regionProblem(`${region}${zone}`)?.suggestion, `write "${region}"`),
      ),
    );
  });

  for (const given of [{}, [], 1, null, true, undefined]) {
    it(`is none, and no text: ${JSON.stringify(given)}`, () => {
      assert.match(
        regionProblem(given)?.message ?? "",
        /^(?:an object|a list|1|null|a boolean|nothing) is not an AWS Region$/,
      );
      assert.equal(regionProblem(given)?.suggestion, 'write the code of one, such as "us-east-1"');
      if (given !== undefined)
        assert.throws(
          () =>
            endpointPolicy(
              { tables: [{ name: "Stock", access: "Read" }] },
              { region: given as never, account: ACCOUNT },
            ),
          /place\.region: is .*, not text; give the code of a Region, such as "us-east-1"/,
        );
    });
  }

  it("is one or has a problem, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) =>
        assert.equal(regionProblem(text) === undefined, isRegion(text)),
      ),
    );
  });
});

describe("the partition", () => {
  for (const [region, partition] of [
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eu-isoe-west-1", "aws-iso-e"],
    ["us-isof-south-1", "aws-iso-f"],
    ["us-isog-east-1", "aws-iso-g"],
    ["us-iso-central-1", "aws-iso"],
    ["bus-iso-east-1", "aws"],
    ["eusc-fr-west-1", "aws-eusc"],
    ["us-east-1", "aws"],
    ["cn-south-1", "aws-cn"],
    ["us-gov-central-1", "aws-us-gov"],
    ["eusc-de-east-1", "aws-eusc"],
  ] as const) {
    it(`follows the Region: ${region} is in ${partition}`, () => assert.equal(partitionOf(region), partition));
  }

  it("of the tables in an endpoint's policy is that of the Region, and no finding says otherwise", () => {
    fc.assert(
      fc.property(regions, (region) => {
        const document = endpointPolicy({ tables: [{ name: "Stock", access: "Read" }] }, { region, account: ACCOUNT });
        assert.ok(
          JSON.stringify(document).includes(`"arn:${partitionOf(region)}:dynamodb:${region}:${ACCOUNT}:table/Stock"`),
        );
        assert.deepEqual(validatePolicy(document, { kind: "endpoint", region }), []);
      }),
    );
  });

  it("that is none, or not that of the Region, is refused", () => {
    const policyIn = (partition: string): unknown =>
      endpointPolicy(
        { tables: [{ name: "Stock", access: "Read" }] },
        { partition, region: "cn-north-1", account: ACCOUNT },
      );
    assert.throws(() => policyIn("aws"), /place\.partition: is "aws", but cn-north-1 is in "aws-cn"; leave it out/);
    assert.throws(() => policyIn("china"), /place\.partition: "china" is no partition of AWS; leave it out/);
    assert.doesNotThrow(() => policyIn("aws-cn"));
    for (const none of ["", "AWS", "aws-iso-", "aws-iso-bb", "xaws-iso", "aws-cn-1"])
      assert.throws(() => policyIn(none), /place\.partition: .* is no partition of AWS/);
  });
});

describe("the policy functions", () => {
  const table = (region: string, partition = "aws"): string =>
    `arn:${partition}:dynamodb:${region}:${ACCOUNT}:table/Stock`;
  const protect = (arn: string): unknown =>
    onlyThroughEndpoint({ kind: "identity", tables: [arn], through: { vpcEndpointIds: ["vpce-11aa22bb"] } });

  for (const [given, meant] of [
    ["eu-west-1a", 'write "eu-west-1"'],
    ["EU-WEST-1", 'did you mean "eu-west-1"?'],
    ["global", "write the code of one"],
    ["", "write the code of one"],
  ] as const) {
    it(`refuse ${JSON.stringify(given)} for a Region, and say what is meant`, () => {
      const says = (text: string) => (error: Error) => error.message.includes(text) && error.message.includes(meant);
      assert.throws(
        () => endpointPolicy({ tables: [{ name: "Stock", access: "Read" }] }, { region: given, account: ACCOUNT }),
        says("place.region: "),
      );
      assert.throws(() => endpointPolicy({ tables: [{ arn: table(given), access: "Read" }] }), says("tables[0].arn: "));
      assert.throws(() => protect(table(given)), says("tables[0]: "));
      assert.throws(() => validatePolicy("{}", { kind: "endpoint", region: given }), says("context.region: "));
      const document = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "dynamodb:GetItem", Resource: [table(given), table("eu-west-1")] }],
      };
      const [finding] = validatePolicy(document as never, { kind: "identity" });
      assert.deepEqual([finding?.code, finding?.path], ["MalformedArn", "Statement[0].Resource[0]"]);
    });
  }

  it("refuse the ARN of a table in another partition than its Region", () => {
    assert.throws(
      () => protect(table("cn-north-1")),
      /is in no partition: cn-north-1 is in "aws-cn"; begin it with arn:aws-cn:/,
    );
    assert.throws(
      () => endpointPolicy({ tables: [{ arn: table("cn-north-1"), access: "Read" }] }),
      /begin it with arn:aws-cn:/,
    );
    assert.doesNotThrow(() => protect(table("cn-north-1", "aws-cn")));
    assert.doesNotThrow(() => protect(table("*")));
    assert.doesNotThrow(() => protect(table("*", "*")));
  });

  it("refuse a place whose account is none", () => {
    const policyIn = (account: unknown): unknown =>
      endpointPolicy(
        { tables: [{ name: "Stock", access: "Read" }] },
        { region: "eu-west-1", account: account as string },
      );
    for (const none of ["1234", "1234567890123", "12345678901x", "x123456789012", "", "**"])
      assert.throws(() => policyIn(none), /place\.account: .* is not an account id; it has 12 digits/);
    assert.throws(
      () => policyIn("1234-5678-9012"),
      /place\.account: "1234-5678-9012" is not an account id; write "123456789012"/,
    );
    assert.doesNotThrow(() => policyIn("*"));
  });

  it("refuse a context whose partition or account is none", () => {
    const judge = (context: Omit<PolicyContext, "kind">): unknown =>
      validatePolicy("{}", { kind: "resource", ...context });
    assert.throws(
      () => judge({ region: "cn-north-1", partition: "aws" }),
      /context\.partition: is "aws", but cn-north-1 is in "aws-cn"/,
    );
    assert.throws(() => judge({ account: "1234" }), /context\.account: "1234" is not an account id; it has 12 digits/);
  });

  for (const name of ["ab", "x".repeat(256), `*${"x".repeat(255)}`, "a b", "Stock/index/x", ""]) {
    it(`refuse a table's name of ${name.length} characters: ${JSON.stringify(name.slice(0, 20))}`, () => {
      assert.throws(
        () => endpointPolicy({ tables: [{ name, access: "Read" }] }, { region: "eu-west-1", account: ACCOUNT }),
        /tables\[0\]\.name: .* is not a table's name/,
      );
      assert.throws(() => protect(`arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${name}`), /is not a table's ARN/);
    });
  }

  for (const name of ["abc", "x".repeat(255), `*${"x".repeat(254)}`, "*", "?", "a*", "a.b_c-d"]) {
    it(`take a table's name, or a pattern for some: ${JSON.stringify(name.slice(0, 20))}`, () => {
      assert.doesNotThrow(() =>
        endpointPolicy({ tables: [{ name, access: "Read" }] }, { region: "eu-west-1", account: ACCOUNT }),
      );
    });
  }
});
