import { createHash } from "node:crypto";
import { ApiError } from "../apiError";
import { ec2Operations, type Filters } from "./network";

/**
 * An AWS-managed prefix list:
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
export interface PrefixList {
  readonly prefixListId: string;
  readonly prefixListName: string;
  readonly cidrs: readonly string[];
}

/** The services that gateway endpoints exist for, with ranges in the manner of the real ones. */
const GATEWAY_SERVICES: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ["3.218.180.0/22", "52.94.0.0/22", "52.119.224.0/20"],
  s3: ["3.5.0.0/19", "52.216.0.0/15", "54.231.0.0/16"],
};

/** The prefix lists of one Region's gateway services. Their ids differ by Region, as AWS's do. */
export function prefixListsOf(region: string): readonly PrefixList[] {
  return Object.entries(GATEWAY_SERVICES).map(([service, cidrs]) => {
    const prefixListName = `com.amazonaws.${region}.${service}`;
    const digits = createHash("sha256").update(prefixListName).digest("hex").slice(0, 8);
    return { prefixListId: `pl-${digits}`, prefixListName, cidrs };
  });
}

export function prefixListOfService(region: string, serviceName: string): PrefixList | undefined {
  return prefixListsOf(region).find(({ prefixListName }) => prefixListName === serviceName);
}

export function isServicePrefixList(region: string, prefixListId: string | undefined): boolean {
  return prefixListsOf(region).some((known) => known.prefixListId === prefixListId);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html */
export interface ServiceDetail {
  readonly serviceName: string;
  readonly serviceId: string;
  readonly serviceType: "Gateway";
  readonly baseEndpointDnsNames: readonly string[];
}

/**
 * DescribePrefixLists, DescribeVpcEndpointServices.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html
 */
export const prefixListOperations = ec2Operations(({ region }) => {
  return {
    describePrefixLists: ({
      prefixListIds,
      filters = {},
    }: {
      readonly prefixListIds?: readonly string[];
      readonly filters?: Filters;
    }): readonly PrefixList[] => {
      const lists = prefixListsOf(region);
      const unknown = prefixListIds?.find((id) => !lists.some((list) => list.prefixListId === id));
      if (unknown !== undefined) {
        throw new ApiError("InvalidPrefixListId.NotFound", `The prefix list ID '${unknown}' does not exist`);
      }
      return lists.filter(
        (list) =>
          (prefixListIds?.includes(list.prefixListId) ?? true) &&
          (filters["prefix-list-id"]?.includes(list.prefixListId) ?? true) &&
          (filters["prefix-list-name"]?.includes(list.prefixListName) ?? true),
      );
    },

    describeVpcEndpointServices: ({
      serviceNames,
    }: {
      readonly serviceNames?: readonly string[];
    }): readonly ServiceDetail[] => {
      const services = prefixListsOf(region).map(({ prefixListName }): ServiceDetail => {
        const service = prefixListName.split(".").at(-1) ?? "";
        return {
          serviceName: prefixListName,
          serviceId: `vpce-svc-0${createHash("sha256").update(prefixListName).digest("hex").slice(8, 24)}`,
          serviceType: "Gateway",
          baseEndpointDnsNames: [`${service}.${region}.amazonaws.com`],
        };
      });
      const unknown = serviceNames?.find((name) => !services.some(({ serviceName }) => serviceName === name));
      if (unknown !== undefined) {
        throw new ApiError("InvalidServiceName", `The Vpc Endpoint Service '${unknown}' does not exist`);
      }
      return services.filter(({ serviceName }) => serviceNames?.includes(serviceName) ?? true);
    },
  };
});
