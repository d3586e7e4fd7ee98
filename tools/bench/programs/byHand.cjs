"use strict";
// The baseline: the same resources, in the same order, with what somebody who needs no warnings would write.
const { VpcEndpoint, VpcEndpointRouteTableAssociation } = require("@pulumi/aws/ec2");
const { Stash } = require("@pulumi/pulumi");
const { vpcId, routeTables } = require("./network.json");

const serviceName = "com.amazonaws.us-east-1.dynamodb";
const policy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});
const ledger = { endpoint: `${vpcId} ${serviceName}`, tables: routeTables, adopted: [] };
// What the plan says besides, for those who read a preview.
const names = Object.keys(routeTables).sort();
const remarks = {
  version: 1,
  stages: names.map((name) => ({ name, routeTables: [name] })),
  throughStage: names.at(-1),
  checked: [],
  isolated: [],
};

const plan = new Stash("dynamodb-plan", { input: { ...ledger, remarks } });
const endpoint = new VpcEndpoint(
  "dynamodb",
  { vpcId, serviceName, vpcEndpointType: "Gateway", policy },
  { dependsOn: [plan] },
);
const associations = {};
let previous = plan;
for (const [name, routeTableId] of Object.entries(routeTables)) {
  associations[name] = previous = new VpcEndpointRouteTableAssociation(
    `dynamodb-${name}`,
    { vpcEndpointId: endpoint.id, routeTableId },
    { dependsOn: [previous], deleteBeforeReplace: true },
  );
}
new Stash("dynamodb-switched", { input: ledger }, { dependsOn: [plan, ...Object.values(associations)] });

module.exports = {
  vpcEndpointId: endpoint.id,
  associationIds: Object.fromEntries(Object.entries(associations).map(([name, { id }]) => [name, id])),
};
