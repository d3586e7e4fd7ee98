/**
 * The inputs whose change replaces a resource, and how that is known.
 *
 * The declarations that @pulumi/aws ships rarely say so. What they leave open follows from the API: a property that no
 * Modify, Put or Update action takes cannot be changed in place. Every entry names that API, or says what else it rests
 * on.
 */
export const REPLACE_RULES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:ec2/vpc:Vpc": {
    cidrBlock: "ModifyVpcAttribute does not take the primary block",
    instanceTenancy: "ModifyVpcTenancy goes from dedicated to default only; the provider replaces",
  },
  "aws:ec2/subnet:Subnet": {
    vpcId: "ModifySubnetAttribute does not take it",
    cidrBlock: "ModifySubnetAttribute does not take it",
    availabilityZone: "ModifySubnetAttribute does not take it",
    availabilityZoneId: "ModifySubnetAttribute does not take it",
  },
  "aws:ec2/routeTable:RouteTable": { vpcId: "EC2 has no action that moves a route table" },
  "aws:ec2/route:Route": {
    routeTableId: "ReplaceRoute changes the target of a route, not where it is",
    destinationCidrBlock: "ReplaceRoute finds the route by it",
    destinationPrefixListId: "ReplaceRoute finds the route by it",
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    subnetId: "ReplaceRouteTableAssociation changes the table of an association only",
  },
  "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": {
    vpcId: "ReplaceRouteTableAssociation changes the table of an association only",
  },
  "aws:ec2/internetGateway:InternetGateway": {},
  "aws:ec2/natGateway:NatGateway": {
    subnetId: "EC2 has no action that changes it",
    allocationId: "EC2 has no action that changes the primary address of a zonal gateway",
    connectivityType: "EC2 has no action that changes it",
  },
  "aws:ec2/eip:Eip": { domain: "EC2 has no action that changes it" },
  "aws:ec2/securityGroup:SecurityGroup": {
    name: 'the type\'s documentation, "Recreating a Security Group"',
    description: 'the type\'s documentation, "Recreating a Security Group"',
    vpcId: 'the type\'s documentation, "Recreating a Security Group"',
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    securityGroupId: "ModifySecurityGroupRules works within one group",
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    securityGroupId: "ModifySecurityGroupRules works within one group",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    vpcId: "ModifyVpcEndpoint does not take it",
    serviceName: "ModifyVpcEndpoint does not take it",
    serviceRegion: "ModifyVpcEndpoint does not take it",
    vpcEndpointType: "ModifyVpcEndpoint does not take it",
  },
  "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": {
    vpcEndpointId: "the association has no id of its own in EC2: another pair is another association",
    routeTableId: "the association has no id of its own in EC2: another pair is another association",
  },
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": { vpcEndpointId: "it is the resource's id" },
  "aws:iam/role:Role": {
    name: "UpdateRole does not take it",
    path: "UpdateRole does not take it",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    name: "PutRolePolicy finds the policy by it",
    role: "PutRolePolicy finds the policy by it",
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    role: "the attachment is nothing but the pair",
    policyArn: "the attachment is nothing but the pair",
  },
  "aws:lambda/function:Function": {
    name: "UpdateFunctionConfiguration finds the function by it",
    packageType: "UpdateFunctionConfiguration does not take it",
  },
  "aws:lambda/invocation:Invocation": {
    functionName:
      "an invocation is over once it is made; under CREATE_ONLY the provider invokes on creation and replacement only",
    input: "as functionName",
    qualifier: "as functionName",
    triggers: "as functionName",
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    name: "no action renames a log group",
    logGroupClass: "the type's documentation: it cannot be changed",
  },
  "aws:dynamodb/table:Table": {
    name: "UpdateTable finds the table by it",
    hashKey: "UpdateTable cannot change the key schema",
    rangeKey: "UpdateTable cannot change the key schema",
  },
  "aws:dynamodb/resourcePolicy:ResourcePolicy": { resourceArn: "PutResourcePolicy finds the policy by it" },
};

/** Since version 7 of the provider: another Region is another resource. */
export const REGION_REPLACES = "region";
