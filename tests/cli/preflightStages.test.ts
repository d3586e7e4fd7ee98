import assert from "node:assert/strict";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { argumentsToPaste, namesOf } from "../../cli/preflight/report/argument";
import { byWhatToDoFirst, inWalkingOrder, possibleClients } from "../../cli/preflight/report/counts";
import type { PreflightFinding, RouteTableReport, VpcReport } from "../../cli/preflight/report/report";
import { clients, finding, HOSTILE, routeTable, vpcReport } from "./vpcReports";

/** A letter a route table, sorted by its clients; in a stage together where nothing is between them. */
const stagesOf = (routeTables: readonly RouteTableReport[], findings: readonly PreflightFinding[] = []): string =>
  vpcReport({ routeTables, findings })
    .stages.map(({ routeTableIds }) => routeTableIds.map((id) => id.slice("rtb-".length)).join(""))
    .join(" ");

const withClients = (...numbers: readonly number[]): readonly RouteTableReport[] =>
  numbers.map((n, i) => routeTable(String.fromCharCode("a".charCodeAt(0) + i), { clients: [clients(n)] }));

describe("the stages that a preflight suggests", () => {
  const cases: readonly (readonly [title: string, stages: string, routeTables: readonly RouteTableReport[]])[] = [
    ["one stage of one route table", "a", withClients(5)],
    ["from least to most", "b c a", withClients(9, 2, 5)],
    [
      "by name where they have as many",
      "b c a",
      withClients(5, 5, 5).map((table, i) => ({ ...table, name: "zxy"[i] })),
    ],
    ["by id where they have no name either", "a b c", withClients(5, 5, 5).map((table) => ({ ...table, name: "" }))],
    ["one with clients first, then those without", "b a c", withClients(0, 3, 7)],
    ["no more at once than have moved before", "a b cd efgh ij", withClients(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)],
    [
      "clients that do not call DynamoDB do not count",
      "a b",
      [routeTable("b", { clients: [clients(9, { callsDynamoDb: "no" })] }), ...withClients(1)],
    ],
    [
      "where calls were seen, before fewer that are possible",
      "b a",
      [...withClients(1), routeTable("b", { clients: [clients(4, { callsDynamoDb: "seen" })] })],
    ],
    [
      "who was seen counts over who may call",
      "a b",
      [
        routeTable("b", { clients: [clients(2, { callsDynamoDb: "seen" })] }),
        routeTable("a", { clients: [clients(1, { callsDynamoDb: "seen" }), clients(9)] }),
      ],
    ],
    ["any, where none has clients", "a b", withClients(0, 0)],
    [
      "without a subnet last: no check can run there",
      "bac",
      [
        routeTable("a", { subnetIds: [] }),
        routeTable("b", { clients: [clients(1)] }),
        routeTable("c", { subnetIds: [], clients: [] }),
      ],
    ],
    ["none with a subnet", "ab", [routeTable("a", { subnetIds: [] }), routeTable("b", { subnetIds: [] })]],
    [
      "without what is on the endpoint",
      "b",
      [routeTable("a", { pathToday: "endpoint", clients: [clients(1)] }), routeTable("b", { clients: [clients(2)] })],
    ],
    [
      "with what has no path today",
      "b a",
      [routeTable("a", { pathToday: "none" }), routeTable("b", { clients: [clients(2)] })],
    ],
    [
      "one whose clients reach DynamoDB today, before fewer that do not",
      "b a",
      [routeTable("a", { pathToday: "none", clients: [clients(1)] }), routeTable("b", { clients: [clients(2)] })],
    ],
    ["none of none", "", []],
  ];
  for (const [title, stages, routeTables] of cases)
    it(`are ${title}`, () => assert.equal(stagesOf(routeTables), stages));

  const tables = fc
    .uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[0-9a-f]{1,4}$/),
        numbers: fc.array(fc.tuple(fc.nat(20), fc.constantFrom("possibly", "no", "seen")), { maxLength: 3 }),
        subnets: fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{1,3}$/), { maxLength: 3 }),
        pathToday: fc.constantFrom("public", "endpoint", "none", "unknown"),
      }),
      { selector: ({ id }) => id, maxLength: 45 },
    )
    .map((all) =>
      all.map(({ id, numbers, subnets, pathToday }) =>
        routeTable(id, {
          pathToday,
          subnetIds: subnets.map((each) => `subnet-${each}`),
          clients: numbers.map(([n, callsDynamoDb]) => clients(n, { callsDynamoDb })),
        }),
      ),
    );
  const severities = fc.constantFrom("blocker" as const, "high" as const, "unknown" as const);
  const anyVpc = tables.chain((routeTables) =>
    fc
      .array(
        fc.record({
          severity: severities,
          of: fc.subarray(routeTables.map(({ routeTableId }) => routeTableId)),
          isAcknowledged: fc.boolean(),
        }),
        { maxLength: 4 },
      )
      .map((all) => ({
        routeTables,
        findings: all.map(({ severity, of, isAcknowledged }, i) =>
          finding(`R${i}`, {
            severity,
            routeTableIds: of,
            ...(isAcknowledged && { acknowledged: { reason: "known" } }),
          }),
        ),
      })),
  );

  it("have each route table in one of them, or left out with a reason, and the first has a client if any has", () => {
    fc.assert(
      fc.property(anyVpc, ({ routeTables, findings }) => {
        const { stages, leftOut } = vpcReport({ routeTables, findings });
        const staged = stages.flatMap(({ routeTableIds }) => routeTableIds);
        const placed = [...staged, ...leftOut.map(({ routeTableId }) => routeTableId)].sort();
        assert.deepEqual(placed, routeTables.map(({ routeTableId }) => routeTableId).sort());
        for (const { reason } of leftOut) assert.match(reason, /^(?:it is on the endpoint already|blocked by R\d)/);
        const isBlocked = (id: string): boolean =>
          findings.some(
            ({ severity, acknowledged, routeTableIds }) =>
              severity === "blocker" && !acknowledged && (routeTableIds.length === 0 || routeTableIds.includes(id)),
          );
        assert.deepEqual(staged.filter(isBlocked), []);
        const used = routeTables.filter(
          ({ routeTableId, subnetIds }) => staged.includes(routeTableId) && subnetIds.length > 0,
        );
        const firstIds = stages[0]?.routeTableIds ?? [];
        if (used.some((table) => possibleClients(table) > 0))
          assert.ok(used.some((table) => firstIds.includes(table.routeTableId) && possibleClients(table) > 0));
        // Each stage of more than one has a check to wait for.
        if (stages.length > 1) for (const { subnets } of stages) assert.notDeepEqual(subnets, {});
      }),
    );
  });

  it("are the same whatever order the facts come in", () => {
    const shuffled = anyVpc.chain(({ routeTables, findings }) =>
      fc.tuple(
        fc.constant({ routeTables, findings }),
        fc.shuffledSubarray([...routeTables], { minLength: routeTables.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([{ routeTables, findings }, otherwise]) => {
        const one = vpcReport({ routeTables, findings });
        const two = vpcReport({ routeTables: otherwise, findings });
        assert.deepEqual([two.stages, two.leftOut, two.verdict], [one.stages, one.leftOut, one.verdict]);
      }),
    );
  });

  it("say why they are in this order, and check a subnet of each route table that has one", () => {
    const { stages, leftOut } = vpcReport({
      routeTables: [
        routeTable("c", { subnetIds: ["subnet-2", "subnet-1"], clients: [clients(4)] }),
        ...withClients(40, 7),
        routeTable("d", { subnetIds: [] }),
        routeTable("e", { pathToday: "endpoint" }),
        routeTable("f"),
      ],
      findings: [
        finding("R2", { severity: "blocker", routeTableIds: ["rtb-f"] }),
        finding("R1", { severity: "blocker", routeTableIds: ["rtb-f"] }),
        finding("R1", { severity: "blocker", routeTableIds: ["rtb-f"] }),
      ],
    });
    assert.deepEqual(stages, [
      {
        name: "canary",
        routeTableIds: ["rtb-c"],
        subnets: { "rtb-c": "subnet-1" },
        why:
          "1 route table, 4 possible clients: the fewest of those that have any. " +
          "Without one a switch proves nothing.",
      },
      {
        name: "stage-2",
        routeTableIds: ["rtb-b"],
        subnets: { "rtb-b": "subnet-b" },
        why: "1 route table, 7 possible clients.",
      },
      {
        name: "stage-3",
        routeTableIds: ["rtb-a", "rtb-d"],
        subnets: { "rtb-a": "subnet-a" },
        why: "2 route tables, 0 to 40 possible clients each. No subnet uses rtb-d: no check can run there.",
      },
    ]);
    assert.deepEqual(leftOut, [
      { routeTableId: "rtb-e", reason: "it is on the endpoint already" },
      { routeTableId: "rtb-f", reason: "blocked by R1, R2" },
    ]);
    const whyFirst = (...routeTables: readonly RouteTableReport[]): unknown =>
      vpcReport({ routeTables }).stages[0]?.why;
    assert.equal(whyFirst(...withClients(0, 0)), "No route table has a possible client: this proves the route alone.");
    assert.equal(
      whyFirst(routeTable("a", { clients: [clients(1, { callsDynamoDb: "seen" })] })),
      "1 route table, 1 possible client: calls to DynamoDB were seen from here.",
    );
    assert.equal(whyFirst(...withClients(1)), "1 route table, 1 possible client.");
    assert.equal(
      whyFirst(routeTable("a", { pathToday: "none", clients: [clients(1)] })),
      "1 route table, 1 possible client. Nothing breaks in rtb-a: there is no path today.",
    );
  });
});

describe("the verdict of a preflight", () => {
  const blocker = (...routeTableIds: readonly string[]): PreflightFinding =>
    finding("R2", { severity: "blocker", routeTableIds });
  const unknown = finding("P3", { severity: "unknown" });
  const acknowledged = { reason: "known" };
  const switched = { pathToday: "endpoint" } as const;
  const cases: readonly (readonly [canSwitch: VpcReport["verdict"]["canSwitch"], says: string, Partial<VpcReport>])[] =
    [
      [true, "can be switched in 1 stage", {}],
      [
        true,
        "can be switched in 3 stages; 1 to acknowledge",
        { routeTables: withClients(1, 2, 3), findings: [finding("R7")] },
      ],
      [
        true,
        "can be switched in 2 stages, without 1 route table; 1 blocker, 2 to acknowledge",
        { routeTables: withClients(1, 2, 3), findings: [blocker("rtb-b"), finding("R7"), finding("R5")] },
      ],
      [
        "unknown",
        "can be switched in 1 stage, without 2 route tables, if what is unknown is fine; 1 blocker, 1 unknown",
        { routeTables: withClients(1, 2, 3), findings: [blocker("rtb-b", "rtb-a"), unknown] },
      ],
      [false, "cannot be switched; 1 blocker", { findings: [blocker()] }],
      [false, "cannot be switched; 1 blocker, 1 unknown", { findings: [blocker("rtb-1"), unknown] }],
      [
        true,
        "can be switched in 1 stage",
        {
          findings: [
            { ...blocker(), acknowledged },
            { ...unknown, acknowledged },
          ],
        },
      ],
      [
        true,
        "can be switched in 1 stage",
        { findings: [finding("R4", { severity: "medium" }), finding("R9", { severity: "info" })] },
      ],
      [true, "is switched: all of its route tables are on the endpoint", { routeTables: [routeTable("1", switched)] }],
      [true, "can be switched in 1 stage", { routeTables: [routeTable("1", switched), routeTable("2")] }],
      [
        false,
        "cannot be switched; 1 blocker",
        { routeTables: [routeTable("1", switched), routeTable("2")], findings: [blocker("rtb-2")] },
      ],
      [false, "has no route table to switch", { routeTables: [] }],
      ["unknown", "cannot be seen; 1 unknown", { routeTables: [], findings: [unknown] }],
      [
        true,
        "can be withdrawn from the endpoint; 1 to acknowledge",
        { direction: "withdraw", findings: [finding("R10")] },
      ],
      [
        false,
        "cannot be withdrawn from the endpoint; 1 blocker",
        { direction: "withdraw", findings: [blocker("rtb-1")] },
      ],
      [
        "unknown",
        "can be withdrawn from the endpoint, if what is unknown is fine; 1 unknown",
        { direction: "withdraw", findings: [unknown] },
      ],
      [false, "has no route table to withdraw", { direction: "withdraw", routeTables: [] }],
    ];
  for (const [canSwitch, says, known] of cases)
    it(`is that a VPC ${says}`, () => {
      const { verdict, stages } = vpcReport(known);
      assert.deepEqual([verdict.canSwitch, verdict.sentence], [canSwitch, `vpc-0a1b2c3d4e5f60711 ${says}`]);
      if (known.direction === "withdraw") assert.deepEqual(stages, []);
    });
});

describe("the first stage", () => {
  const tables = withClients(1, 2, 3);
  const high = (...routeTableIds: readonly string[]): PreflightFinding =>
    finding("R3", { severity: "high", routeTableIds });

  it("is one with nothing to acknowledge, where there is one", () => {
    assert.equal(stagesOf(tables, [high("rtb-a")]), "b a c");
    assert.equal(stagesOf(tables, [high("rtb-a", "rtb-b", "rtb-c")]), "a b c");
    assert.equal(stagesOf(tables, [{ ...high("rtb-a"), acknowledged: { reason: "known" } }]), "a b c");
    assert.equal(stagesOf(tables, [finding("R8", { severity: "medium", routeTableIds: ["rtb-a"] })]), "a b c");
  });

  it("says by what it was chosen", () => {
    const whyOf = (...findings: readonly PreflightFinding[]): string =>
      vpcReport({ routeTables: tables, findings }).stages[0]?.why ?? "";
    assert.match(whyOf(high("rtb-a")), /the fewest of those that have any, and nothing to acknowledge\./);
    assert.match(whyOf(), /the fewest of those that have any\./);
    assert.match(whyOf(high("rtb-a", "rtb-b", "rtb-c")), /the fewest of those that have any\./);
  });
});

describe("what is pasted into a program", () => {
  const context = createContext();

  it("is the arguments of a component", () => {
    const pasted = argumentsToPaste(
      vpcReport({
        routeTables: [
          routeTable("1", { name: "private a", clients: [clients(1)] }),
          routeTable("2", { name: "data", pathToday: "none" }),
          routeTable("3", { subnetIds: [], name: "unused" }),
        ],
      }),
    );
    assert.equal(
      pasted,
      [
        "routeTables: {",
        '  "private-a": "rtb-1",',
        '  "data": "rtb-2",',
        '  "unused": "rtb-3",',
        "},",
        "rollout: {",
        "  stages: [",
        '    { name: "canary", routeTables: ["private-a"] },',
        '    { name: "stage-2", routeTables: ["data", "unused"] },',
        "  ],",
        '  isolated: ["data"],',
        "  check: {",
        '    table: "TABLE",',
        "    subnets: {",
        '      "private-a": "subnet-1",',
        '      "data": "subnet-2",',
        "    },",
        "  },",
        "},",
      ].join("\n"),
    );
    const routeTables = [routeTable("1", { pathToday: "endpoint" }), routeTable("2", { clients: [clients(1)] })];
    const begun = argumentsToPaste({ ...vpcReport({ routeTables }), vpcEndpointId: "vpce-1" });
    assert.deepEqual(JSON.parse(JSON.stringify(runInContext(`({${begun}})`, context))), {
      routeTables: { "rtb-1": "rtb-1", "rtb-2": "rtb-2" },
      adopt: { vpcEndpointId: "vpce-1", routeTables: ["rtb-1"] },
      rollout: {
        stages: [
          { name: "adopted", routeTables: ["rtb-1"] },
          { name: "all", routeTables: ["rtb-2"] },
        ],
        check: { table: "TABLE", subnets: { "rtb-2": "subnet-2" } },
      },
    });
    const unused = argumentsToPaste(vpcReport({ routeTables: [routeTable("1", { subnetIds: [] })] }));
    assert.doesNotMatch(unused, /check|isolated/);
    const blocked = vpcReport({
      routeTables: [routeTable("1", { pathToday: "none" }), routeTable("2")],
      findings: [finding("R2", { severity: "blocker", routeTableIds: ["rtb-1"] })],
    });
    assert.doesNotMatch(argumentsToPaste(blocked), /isolated|rtb-1/);
    assert.deepEqual([...namesOf([routeTable("1", { name: "__a" })]).values()], ["a"]);
  });

  it("is an object whose names a component takes, each of one route table, whatever the tags say", () => {
    const tag = fc.oneof(
      fc.constantFrom(...HOSTILE, "rtb-1", "rtb-2", "private-a", "private a", "-", "a".repeat(80)),
      fc.string({ unit: "binary", maxLength: 20 }),
    );
    const tables = fc
      .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.option(tag, { nil: undefined })), {
        selector: ([id]) => id,
        minLength: 1,
        maxLength: 12,
      })
      .map((all) => all.map(([id, name]) => routeTable(String(id), { name })));
    fc.assert(
      fc.property(tables, (routeTables) => {
        const pasted = argumentsToPaste(vpcReport({ routeTables }));
        assert.match(pasted, /^[ -~\n]*$/);
        const read = runInContext(`JSON.stringify({${pasted}})`, context) as string;
        const { routeTables: named, rollout } = JSON.parse(read) as {
          routeTables: Record<string, string>;
          rollout: { stages: { routeTables: string[] }[]; check: { subnets: Record<string, string> } };
        };
        const names = Object.keys(named);
        for (const name of names) assert.match(name, /^[A-Za-z0-9._-]{1,64}$/);
        assert.deepEqual(Object.values(named).sort(), routeTables.map(({ routeTableId }) => routeTableId).sort());
        assert.deepEqual(rollout.stages.flatMap((stage) => stage.routeTables).sort(), names.sort());
        assert.deepEqual(Object.keys(rollout.check.subnets).sort(), names);
      }),
    );
    assert.deepEqual(
      [
        ...namesOf([
          routeTable("1", { name: "a" }),
          routeTable("2", { name: "a" }),
          routeTable("3", { name: "rtb-1" }),
        ]),
      ],
      [
        ["rtb-1", "rtb-1"],
        ["rtb-2", "rtb-2"],
        ["rtb-3", "rtb-3"],
      ],
    );
  });

  it("quotes ids that are not AWS's", () => {
    for (const id of HOSTILE) {
      const pasted = argumentsToPaste(vpcReport({ routeTables: [routeTable(id)] }));
      const { routeTables } = JSON.parse(runInContext(`JSON.stringify({${pasted}})`, context) as string) as VpcReport;
      assert.deepEqual(Object.values(routeTables), [`rtb-${id}`]);
    }
  });
});

describe("what comes first", () => {
  it("is a family's worst, in the order in which somebody looks for a fault, and what is acknowledged last", () => {
    const all = [
      finding("a", { family: "quotas", severity: "blocker" }),
      finding("b", { family: "routes", severity: "info" }),
      finding("c", { family: "routes", severity: "blocker", acknowledged: { reason: "known" } }),
      finding("d", { family: "clients" }),
      finding("e", { family: "routes", severity: "unknown" }),
      finding("f", { family: "routes", severity: "blocker" }),
      finding("g", { family: "packets" }),
      finding("h", { family: "names" }),
      finding("i", { family: "permissions" }),
      finding("j", { family: "routes", severity: "high" }),
      finding("k", { family: "routes", severity: "medium" }),
    ];
    assert.equal(
      inWalkingOrder(all)
        .map(({ id }) => id)
        .join(""),
      "fejkbchgida",
    );
  });

  it("of many VPCs is what can be switched and costs most, then what is unknown, blocked, and done", () => {
    const cost = (usdPerHour: number | undefined): Partial<VpcReport> => ({
      natGateways: [{ id: "nat-1", usdPerHour }],
    });
    const all: readonly (readonly [string, Partial<VpcReport>])[] = [
      ["switched", { routeTables: [routeTable("1", { pathToday: "endpoint" })] }],
      ["blocked", { findings: [finding("R2", { severity: "blocker" })], ...cost(9) }],
      ["unknown", { findings: [finding("P3", { severity: "unknown" })], ...cost(9) }],
      [
        "some blocked",
        {
          routeTables: withClients(1, 2),
          findings: [finding("R2", { severity: "blocker", routeTableIds: ["rtb-a"] })],
          ...cost(9),
        },
      ],
      ["no price, few", { ...cost(undefined), routeTables: withClients(1) }],
      ["no price, many", { ...cost(undefined), routeTables: withClients(5) }],
      ["cheap", cost(0.1)],
      ["expensive", cost(0.4)],
      ["cheap 2", cost(0.1)],
    ];
    const sorted = byWhatToDoFirst(all.map(([vpcId, more]) => vpcReport({ vpcId, ...more })));
    assert.deepEqual(
      sorted.map(({ vpcId }) => vpcId),
      [
        "expensive",
        "cheap",
        "cheap 2",
        "no price, many",
        "no price, few",
        "some blocked",
        "unknown",
        "blocked",
        "switched",
      ],
    );
  });
});
