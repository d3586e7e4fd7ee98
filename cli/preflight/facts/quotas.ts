// A bundle of its own, loaded when Service Quotas is asked.
import {
  ListAWSDefaultServiceQuotasCommand,
  ListServiceQuotasCommand,
  ServiceQuotasClient,
  type ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import type { Facts } from "./facts";
import { allOf, readWanted, type Reading } from "./reading";

interface Page {
  readonly Quotas?: ServiceQuota[];
  readonly NextToken?: string;
}

const SERVICE = { ServiceCode: "vpc", MaxResults: 100 };

/**
 * The quotas of VPC. Those that were applied come without those that never changed:
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 */
export async function readQuotas({ wanted, settings, calls }: Reading): Promise<Partial<Facts>> {
  const client = new ServiceQuotasClient(settings);
  const pages = { items: ({ Quotas }: Page) => Quotas, next: ({ NextToken }: Page) => NextToken };
  try {
    return await readWanted(wanted, {
      quotas: async () => {
        const [defaults, applied] = await allOf([
          calls.pages(
            "servicequotas:ListAWSDefaultServiceQuotas",
            (NextToken) => client.send(new ListAWSDefaultServiceQuotasCommand({ ...SERVICE, NextToken })),
            pages,
          ),
          calls.pages(
            "servicequotas:ListServiceQuotas",
            (NextToken) => client.send(new ListServiceQuotasCommand({ ...SERVICE, NextToken })),
            pages,
          ),
        ]);
        return [...new Map([...defaults, ...applied].map((quota) => [quota.QuotaCode, quota])).values()];
      },
    });
  } finally {
    client.destroy();
  }
}
