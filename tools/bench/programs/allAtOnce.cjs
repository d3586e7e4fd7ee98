"use strict";
// What somebody writes who knows of no stages: one endpoint with all its route tables, and so one call for all of them.
const { VpcEndpoint } = require("@pulumi/aws/ec2");
const { vpcId, routeTables } = require("./network.json");

const endpoint = new VpcEndpoint("dynamodb", {
  vpcId,
  serviceName: "com.amazonaws.us-east-1.dynamodb",
  vpcEndpointType: "Gateway",
  routeTableIds: Object.values(routeTables),
});

module.exports = { vpcEndpointId: endpoint.id };
