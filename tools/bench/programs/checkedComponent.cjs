"use strict";
// What a user of the package writes for a gate after each route table.
const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
const { vpcId, routeTables, subnets, table } = require("./network.json");

const endpoint = new DynamoDbEndpoint("dynamodb", { vpcId, routeTables, rollout: { check: { table, subnets } } });

module.exports = {
  vpcEndpointId: endpoint.vpcEndpointId,
  associationIds: endpoint.associationIds,
  checkReports: endpoint.checkReports,
};
