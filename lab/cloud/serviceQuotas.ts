import { ApiError } from "./apiError";
import type { Ec2Quotas } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ServiceQuota.html */
export interface ServiceQuota {
  readonly quotaCode: string;
  readonly quotaName: string;
  readonly value: number;
  readonly adjustable: boolean;
}

/** Codes, names and defaults: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const DEFAULTS: readonly (readonly [code: string, name: string, value: number, adjustable: boolean])[] = [
  ["L-F678F1CE", "VPCs per Region", 5, true],
  ["L-407747CB", "Subnets per VPC", 200, true],
  ["L-83CA0A9D", "IPv4 CIDR blocks per VPC", 5, true],
  ["L-589F43AA", "Route tables per VPC", 200, true],
  ["L-93826ACB", "Routes per route table", 50, true],
  ["L-1B52E74A", "Gateway VPC endpoints per Region", 20, true],
  ["L-29B6F2EB", "Interface VPC endpoints per VPC", 50, true],
  ["L-FE5A380F", "NAT gateways per Availability Zone", 5, true],
  ["L-A4707A72", "Internet gateways per Region", 5, true],
  ["L-DF5E4CA3", "Network interfaces per Region", 5_000, true],
  ["L-E79EC296", "VPC security groups per Region", 2_500, true],
  ["L-0EA8095F", "Inbound or outbound rules per security group", 60, true],
  ["L-2AFB9258", "Security groups per network interface", 5, true],
  ["L-B4A6D682", "Network ACLs per VPC", 200, true],
  ["L-2AEEBF1A", "Rules per network ACL", 20, true],
];

/** Those whose applied value the lab goes by, and that scenario data may raise: `region.quotas`. */
const APPLIED: Readonly<Record<string, keyof Ec2Quotas>> = {
  "L-1B52E74A": "gatewayEndpoints",
  "L-93826ACB": "routesPerTable",
};

interface ServiceCode {
  readonly serviceCode: string;
}

function operations(quotas: Ec2Quotas) {
  const defaults = ({ serviceCode }: ServiceCode): readonly ServiceQuota[] => {
    if (serviceCode !== "vpc") throw noSuchResource("service");
    return DEFAULTS.map(([quotaCode, quotaName, value, adjustable]) => ({ quotaCode, quotaName, value, adjustable }));
  };
  const applied = (request: ServiceCode): readonly ServiceQuota[] =>
    defaults(request).map((quota) => {
      const known = APPLIED[quota.quotaCode];
      return known === undefined ? quota : { ...quota, value: quotas[known] };
    });
  return {
    listServiceQuotas: applied,
    listAWSDefaultServiceQuotas: defaults,
    getServiceQuota: ({ quotaCode, ...service }: ServiceCode & { readonly quotaCode: string }): ServiceQuota => {
      const quota = applied(service).find((each) => each.quotaCode === quotaCode);
      if (quota === undefined) throw noSuchResource("quota");
      return quota;
    },
  };
}

function noSuchResource(what: string): ApiError {
  return new ApiError("NoSuchResourceException", `The request failed because the specified ${what} does not exist.`);
}

/** Service Quotas, of VPC alone: https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/ */
export type ServiceQuotas = Served<ReturnType<typeof operations>>;

export function serviceQuotasService(door: FrontDoor, region: string, quotas: Ec2Quotas): ServiceQuotas {
  return door.serve(region, "servicequotas", operations(quotas));
}
