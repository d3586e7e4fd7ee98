"use strict";
// What a user of the package writes. network.json names a VPC and route tables that exist already.
const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
const { vpcId, routeTables } = require("./network.json");

const endpoint = new DynamoDbEndpoint("dynamodb", { vpcId, routeTables });

module.exports = { vpcEndpointId: endpoint.vpcEndpointId, associationIds: endpoint.associationIds };
