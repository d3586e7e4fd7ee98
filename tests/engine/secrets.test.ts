import assert from "node:assert/strict";
import { ComponentResource, output, secret, type Output } from "@pulumi/pulumi";
import { DynamoDbEndpoint, GatewayEndpoint, TableAccess, type DynamoDbEndpointArgs } from "../../index";
import type { ProbeEvent } from "../../components/check/probe/report";
import {
  checkedNetwork,
  network,
  switchedTables,
  type CheckedNetwork,
  type Network,
} from "../../tools/rehearsal/network";
import type { Outcome, RehearsedStack } from "../../tools/rehearsal/stack";
import { endpointProgram, rehearsal, stepsOf, succeeded } from "./rehearsal";
import { announcedIn } from "../../tools/rehearsal/announced";

type Ids = Record<string, string | Output<string>>;

describe("ids inside secrets", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b", "c"]);
    stack = await rehearsed.stack();
  });
  const hidden = (id: string): Output<string> => secret<string>(id);
  const idOf = (name: string): string => net.routeTables[name] ?? "";

  /** How a program may hide ids: which are secret, and what a reader is shown of a table. */
  const HIDINGS: Readonly<
    Record<
      string,
      {
        vpcId?: (id: string) => Output<string>;
        table: (name: string) => string | Output<string>;
        shown: (name: string) => string;
      }
    >
  > = {
    "the VPC's alone": { vpcId: hidden, table: idOf, shown: idOf },
    "every table's": { table: (name) => secret(idOf(name)), shown: () => "its id is secret" },
    "one table's of several": {
      table: (name) => (name === "b" ? secret(idOf(name)) : idOf(name)),
      shown: (name) => (name === "b" ? "its id is secret" : idOf(name)),
    },
    "those in an output of outputs": {
      vpcId: hidden,
      table: (name) => output({ ids: { [name]: secret(idOf(name)) } }).apply(({ ids }) => ids[name] ?? ""),
      shown: () => "its id is secret",
    },
  };

  for (const [which, { vpcId = (id: string): string => id, table, shown }] of Object.entries(HIDINGS)) {
    describe(which, () => {
      const program = (
        names: readonly string[],
        args: Partial<DynamoDbEndpointArgs> = {},
        ids: Ids = {},
      ): ReturnType<typeof endpointProgram> => {
        const routeTables = Object.fromEntries(names.map((name) => [name, ids[name] ?? table(name)]));
        return endpointProgram({ vpcId: vpcId(net.vpcId), routeTables, ...args });
      };
      const hidesIds = ({ text, warnings, errors }: Outcome): void => {
        for (const name of ["a", "b", "c"])
          if (shown(name) !== idOf(name))
            assert.ok(
              !`${text} ${warnings.join()} ${errors.join()}`.includes(idOf(name)),
              `the id of ${name} is shown:\n${text}`,
            );
      };

      it("are announced as what they are, and an unchanged preview is silent", async () => {
        const first = succeeded(await stack.preview(program(["a", "b", "c"])));
        assert.deepEqual(
          announcedIn(first.warnings).map(({ name, id }) => `${name} (${id})`),
          ["a", "b", "c"].map((name) => `${name} (${shown(name)})`),
        );
        hidesIds(first);
        const up = succeeded(await stack.up());
        hidesIds(up);
        const { steps, warnings } = succeeded(await stack.preview());
        assert.deepEqual([steps, warnings], [[], []]);
      });

      it("a withdrawal is announced", async () => {
        succeeded(await stack.up(program(["a", "b", "c"])));
        const preview = succeeded(await stack.preview(program(["a", "c"])));
        assert.deepEqual(
          preview.warnings.map((text) => text.slice(0, text.indexOf("."))),
          [`b (${shown("b")}) is withdrawn from the endpoint`],
        );
        hidesIds(preview);
        succeeded(await stack.up());
        assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "c"]);
      });

      it("a name that changes without formerNames is refused, and no route is touched", async () => {
        succeeded(await stack.up(program(["a", "b"])));
        const mark = rehearsed.lab.cloud.lastSequence;
        const renamed = program(["a", "x"], {}, { x: table("b") });
        for (const outcome of [await stack.preview(renamed), await stack.up()]) {
          assert.equal(outcome.ok, false);
          assert.match(
            outcome.errors.join("\n"),
            /routeTables\.x: is .* which was routeTables\.b.*set formerNames: \{ "x": "b" \}/,
          );
          hidesIds(outcome);
        }
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
        const { steps, warnings } = succeeded(
          await stack.preview(program(["a", "x"], { formerNames: { x: "b" } }, { x: table("b") })),
        );
        assert.deepEqual([steps.filter(({ type }) => type.startsWith("aws:")), warnings], [[], []]);
      });

      it("two names for one are refused", async () => {
        const outcome = await stack.preview(program(["a", "b"], {}, { a: table("b") }));
        assert.equal(outcome.ok, false);
        assert.match(outcome.errors.join("\n"), /routeTables\.b: is .*routeTables\.a/);
        hidesIds(outcome);
      });

      it("another table under a name is announced", async () => {
        succeeded(await stack.up(program(["a", "b"])));
        const preview = succeeded(await stack.preview(program(["a", "b"], {}, { b: table("c") })));
        assert.match(preview.warnings[0] ?? "", /^b becomes another route table/);
        hidesIds(preview);
        succeeded(await stack.up());
        assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "c"]);
      });

      it("that become secret, or are so no longer, change nothing that carries traffic, in silence", async () => {
        const open = endpointProgram({ vpcId: net.vpcId, routeTables: net.routeTables });
        succeeded(await stack.up(open));
        const mark = rehearsed.lab.cloud.lastSequence;
        for (const changed of [program(["a", "b", "c"]), open]) {
          const preview = succeeded(await stack.preview(changed));
          assert.deepEqual([preview.warnings, stepsOf(preview)], [[], []]);
          succeeded(await stack.up());
        }
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
      });
    });
  }
});

describe("other arguments inside secrets", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });
  afterEach(() => rehearsed.lab.cloud.functions.clear());
  const document = (action: string, resource = "*"): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: action, Resource: resource }],
    });
  const gateway = (args: object) => (): Promise<void> => {
    new GatewayEndpoint("gateway", { vpcId: net.vpcId, ...args });
    return Promise.resolve();
  };
  const said = ({ warnings, errors, text }: Outcome): string => [...warnings, ...errors, text].join("\n");

  it("a policy that denies everybody is refused, and nothing of it is shown", async () => {
    const denies = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "dynamodb:PutHidden", Resource: "*" }],
    });
    const outcome = await stack.up(gateway({ policy: secret(denies) }));
    assert.equal(outcome.ok, false);
    assert.match(
      outcome.errors.join("\n"),
      /refused before any route was touched\n\s*policy: DeniesEverything|policy: \w+ \(see the page "Findings of policies"\); something in it is secret/,
    );
    assert.doesNotMatch(said(outcome), /PutHidden/);
  });

  it("a policy that changes is announced, and nothing of it is shown", async () => {
    succeeded(
      await stack.up(
        gateway({
          policy: secret(document("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:111122223333:table/Hidden")),
        }),
      ),
    );
    const preview = succeeded(
      await stack.preview(
        gateway({
          policy: secret(document("dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:111122223333:table/Hidden")),
        }),
      ),
    );
    assert.match(preview.warnings.join("\n"), /^the policy changes\. Something in it is secret/m);
    assert.doesNotMatch(said(preview), /Hidden|111122223333/);
  });

  it("a change of access is announced, and a mistake in it refused, without its values", async () => {
    const access = (account: string): object => ({ access: { accounts: [secret(account)] } });
    succeeded(await stack.up(gateway(access("111122223333"))));
    const changed = succeeded(await stack.preview(gateway(access("444455556666"))));
    assert.match(changed.warnings.join("\n"), /^the policy changes\./m);
    const wrong = await stack.preview(gateway(access("44445555666")));
    assert.equal(wrong.ok, false);
    assert.match(wrong.errors.join("\n"), /access: it cannot be made a policy; something in it is secret/);
    for (const outcome of [changed, wrong]) assert.doesNotMatch(said(outcome), /111122223333|44445555666/);
  });

  it("a check of a table holds to its limits, and the table's name is in no output and no message", async () => {
    const table = secret("HiddenTable");
    let interruptionMillis = 900_000;
    const answering = {
      outcome: "succeed" as const,
      result: (event: unknown) => ({
        heldConnection: "reset",
        interruptionMillis,
        reconnected: true,
        provenRequests: 3,
        provenAfterMillis: 5,
        requests: 3,
        ...(event as ProbeEvent),
      }),
    };
    const program = (): Promise<Record<string, unknown>> => {
      const { vpcId, routeTables } = net;
      const subnets = Object.fromEntries(Object.entries(net.subnets).map(([name, id]) => [name, secret(id)]));
      const access = { tables: [{ name: table, access: TableAccess.Read }] };
      // Below a parent what a check makes has transforms.
      const parent = new ComponentResource("example:index:Network", "network");
      const { checkReports } = new DynamoDbEndpoint(
        "ddb",
        { vpcId, routeTables, access, rollout: { check: { table, subnets, maxReconnectSeconds: 5 } } },
        { parent },
      );
      return Promise.resolve({ checkReports });
    };
    rehearsed.lab.cloud.functions.behave(/-a-check/, {
      outcome: "fail",
      error: { errorType: "TableNotFound", errorMessage: "there is no HiddenTable", trace: [] },
    });
    const thrown = await stack.up(program);
    assert.match(thrown.errors.join("\n"), /TableNotFound: there is no \[secret\]/);
    rehearsed.lab.cloud.functions.clear();
    rehearsed.lab.cloud.functions.behave(/.*/, answering);
    const failed = await stack.up();
    assert.equal(failed.ok, false);
    assert.match(
      failed.errors.join("\n"),
      /ReconnectTimedOut: the watching client of a was without an answer for 900\.0 s, more than maxReconnectSeconds \(5\)/,
    );
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
    interruptionMillis = 20;
    const up = succeeded(await stack.up());
    for (const outcome of [failed, up]) assert.doesNotMatch(said(outcome), /HiddenTable/);
    // It is exported with --show-secrets.
    const open = JSON.stringify(await stack.state(), (key, value: unknown) => (key === "plaintext" ? "" : value));
    for (const hidden of ["HiddenTable", ...Object.values(net.subnets)])
      assert.deepEqual(open.match(new RegExp(`.{300}${hidden}.{30}`, "g")), null);
    const { steps, warnings } = succeeded(await stack.preview());
    assert.deepEqual([steps, warnings], [[], []]);
  });
});
