import { computed, type Place, required, resourceType } from "../resourceType";
import { string } from "../shapes";

export const mainRouteTableAssociation = resourceType({
  token: "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
  what: "Main Route Table Association",
  subject: ({ vpcId }) => vpcId,
  properties: {
    vpcId: required(string, { replaces: true }),
    routeTableId: required(string),
    originalRouteTableId: computed(string),
  },

  create: async ({ aws, inputs: { vpcId, routeTableId } }) => {
    const main = await mainAssociation(aws, vpcId);
    const { routeTableAssociationId } = await makeMain(aws, vpcId, routeTableId);
    return { id: routeTableAssociationId, answers: { originalRouteTableId: main?.routeTableId } };
  },

  read: async ({ aws, known: { vpcId = "", originalRouteTableId } }) => {
    const main = await mainAssociation(aws, vpcId);
    return main && { vpcId, routeTableId: main.routeTableId, originalRouteTableId };
  },

  update: async ({ aws, inputs: { vpcId, routeTableId } }) => {
    await makeMain(aws, vpcId, routeTableId);
  },

  /** The VPC gets back the main route table it had. */
  delete: async ({ aws, known: { vpcId = "", originalRouteTableId = "" } }) => {
    await makeMain(aws, vpcId, originalRouteTableId);
  },
});

async function mainAssociation({ ec2 }: Place["aws"], vpcId: string) {
  const [table] = await ec2.describeRouteTables({ filters: { "vpc-id": [vpcId], "association.main": ["true"] } });
  return table?.associations.find(({ main }) => main);
}

async function makeMain(aws: Place["aws"], vpcId: string, routeTableId: string) {
  const main = await mainAssociation(aws, vpcId);
  return aws.ec2.replaceRouteTableAssociation({ associationId: main?.routeTableAssociationId ?? "", routeTableId });
}
