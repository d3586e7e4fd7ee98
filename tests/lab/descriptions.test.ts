import * as assert from "node:assert/strict";
import { openCloud } from "../../lab/cloud/cloud";
import { describeRequest, type DescribeRequest } from "../../lab/cloud/ec2/describe";
import { DESCRIPTIONS } from "../../lab/cloud/ec2/descriptions";
import { refused, REGION, testNetwork } from "./network";

const ACTIONS = Object.keys(DESCRIPTIONS) as readonly (keyof typeof DESCRIPTIONS)[];
const ec2 = () => openCloud().region(REGION).ec2;

/** A request that the types do not allow, as one over the wire may be. */
const untyped = (request: object): DescribeRequest => request;

describe("what EC2 describes", () => {
  for (const action of ACTIONS) {
    const { kind } = DESCRIPTIONS[action];

    it(`has every filter of its table and refuses others by name, even when there is nothing: ${action}`, async () => {
      for (const name of Object.keys(kind.filters)) {
        assert.deepEqual([...(await ec2()[action]({ filters: { [name]: ["nothing"] } }))], []);
      }
      for (const name of ["vpc_id", "toString"]) {
        const message = `The filter '${name}' is invalid`;
        await refused(ec2()[action]({ filters: { [name]: ["a"] } }), "InvalidParameterValue", message);
      }
    });

    it(`refuses an id that it does not know, and one of another form: ${action}`, async () => {
      const { idPrefix, notFound, malformed } = kind;
      await refused(ec2()[action]({ ids: [`${idPrefix ?? "name"}-0a1`] }), notFound);
      for (const id of ["other-0a1", `${idPrefix ?? "name"}-0x`]) {
        await refused(ec2()[action]({ ids: [id] }), malformed ?? notFound);
      }
    });

    it(`refuses parameters that it does not have, by name: ${action}`, async () => {
      await refused(
        ec2()[action](untyped({ vpcIds: [] })),
        "UnknownParameter",
        "The parameter vpcIds is not recognized",
      );
      assert.throws(() => describeRequest(kind as never, { DryRun: true }), /The parameter DryRun is not recognized/);
    });

    it(`has the pages that AWS's action has: ${action}`, async () => {
      const tooFew = (kind.pages?.least ?? 1) - 1;
      const code = kind.pages === undefined ? "UnknownParameter" : "InvalidParameterValue";
      await refused(ec2()[action]({ maxResults: tooFew }), code);
      if (kind.pages === undefined) return;
      assert.deepEqual(describeRequest(kind as never, { MaxResults: 7, NextToken: "t" }), {
        maxResults: 7,
        nextToken: "t",
      });
      await refused(ec2()[action]({ ids: [], maxResults: 7 }), "InvalidParameterCombination");
      await refused(ec2()[action]({ nextToken: "t" }), "InvalidNextToken");
    });
  }

  it("has tags only where AWS has them", async () => {
    const filters = { "tag:Name": ["a"] };
    await refused(ec2().describePrefixLists({ filters }), "InvalidParameterValue", "The filter 'tag:Name' is invalid");
    assert.deepEqual([...(await ec2().describeVpcs({ filters }))], []);
  });

  it("comes page by page, each thing once, with the filters applied before", async () => {
    const { region, vpcId, tables } = await testNetwork(openCloud(), { tables: 12 });
    await region.ec2.createVpc({ cidrBlock: "10.1.0.0/16" });
    const filters = { "vpc-id": [vpcId], "route.state": ["active"] };
    const pages: (readonly string[])[] = [];
    let nextToken: string | undefined;
    do {
      const page = await region.ec2.describeRouteTables({ filters, maxResults: 5, nextToken });
      pages.push(page.map(({ routeTableId }) => routeTableId));
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    assert.deepEqual(
      pages.map(({ length }) => length),
      [5, 5, 3],
    );
    assert.deepEqual(pages.flat().slice(1), tables);
  });

  it("gives at most as much on a page as AWS does", async () => {
    const { region } = await testNetwork(openCloud(), { tables: 100 });
    const page = await region.ec2.describeRouteTables({ maxResults: 1000 });
    assert.equal(page.length, 100);
    assert.equal((await region.ec2.describeRouteTables({ nextToken: page.nextToken })).length, 1);
    assert.equal((await region.ec2.describeRouteTables({})).length, 101);
  });

  it("is asked with the names of AWS's parameters", async () => {
    const { region, vpcId, tables } = await testNetwork(openCloud(), { tables: 2 });
    const { kind } = DESCRIPTIONS.describeRouteTables;
    const described = async (parameters: object) =>
      (await region.ec2.describeRouteTables(describeRequest(kind, { ...parameters }))).map(
        ({ routeTableId }) => routeTableId,
      );
    assert.deepEqual(await described({ RouteTableId: [tables[1]] }), [tables[1]]);
    const Filter = [
      { Name: "vpc-id", Value: [vpcId] },
      { Name: "route-table-id", Value: tables },
    ];
    assert.deepEqual(await described({ Filter, MaxResults: "5" }), tables);
  });
});
