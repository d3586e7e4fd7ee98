import type * as quotas from "@aws-sdk/client-service-quotas";
import { ApiError } from "../../cloud/apiError";
import { regionalArn } from "../../cloud/identifiers";
import type { ServiceQuota } from "../../cloud/serviceQuotas";
import { operation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html */
const QUOTAS_OF_A_PAGE = { member: "maxResults", least: 1, most: 100 };

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/ */
export const SERVICE_QUOTAS: ServedOperations = {
  ListServiceQuotas: operation<quotas.ListServiceQuotasRequest, quotas.ListServiceQuotasResponse>(
    ["ServiceCode", "QuotaCode", "NextToken", "MaxResults"],
    async (region, { ServiceCode: serviceCode, QuotaCode: code, ...page }) => {
      const applied = await region.serviceQuotas.listServiceQuotas({ serviceCode });
      return paged(region.name, code === undefined ? applied : applied.filter((each) => each.quotaCode === code), page);
    },
  ),
  ListAWSDefaultServiceQuotas: operation<
    quotas.ListAWSDefaultServiceQuotasRequest,
    quotas.ListAWSDefaultServiceQuotasResponse
  >(["ServiceCode", "NextToken", "MaxResults"], async (region, { ServiceCode: serviceCode, ...page }) =>
    paged(region.name, await region.serviceQuotas.listAWSDefaultServiceQuotas({ serviceCode }), page),
  ),
  GetServiceQuota: operation<quotas.GetServiceQuotaRequest, quotas.GetServiceQuotaResponse>(
    ["ServiceCode", "QuotaCode"],
    async (region, { ServiceCode: serviceCode, QuotaCode: quotaCode }) => ({
      Quota: item(region.name, await region.serviceQuotas.getServiceQuota({ serviceCode, quotaCode })),
    }),
  ),
};

interface PageRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

function paged(
  region: string,
  all: readonly ServiceQuota[],
  { NextToken: token, MaxResults: most = QUOTAS_OF_A_PAGE.most }: PageRequest,
): { Quotas: quotas.ServiceQuota[]; NextToken?: string } {
  const { items, next } = markedPage(all, ({ quotaCode }) => quotaCode, {
    marker: opened(token, () => new ApiError("InvalidPaginationTokenException", "Invalid input was provided.")),
    most: requireRange(most, QUOTAS_OF_A_PAGE, "IllegalArgumentException"),
  });
  return { Quotas: items.map((quota) => item(region, quota)), NextToken: sealed(next) };
}

function item(region: string, { quotaCode, quotaName, value, adjustable }: ServiceQuota): quotas.ServiceQuota {
  return {
    ServiceCode: "vpc",
    ServiceName: "Amazon Virtual Private Cloud (Amazon VPC)",
    QuotaArn: regionalArn(region, "servicequotas", `vpc/${quotaCode}`),
    QuotaCode: quotaCode,
    QuotaName: quotaName,
    Value: value,
    Unit: "None",
    Adjustable: adjustable,
    GlobalQuota: false,
    QuotaAppliedAtLevel: "ACCOUNT",
  };
}
