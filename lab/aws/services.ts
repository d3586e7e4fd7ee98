import { awsJson } from "./protocols/json";
import type { Protocol } from "./protocols/protocol";
import { awsQuery, ec2Query } from "./protocols/query";
import { restJson } from "./protocols/restJson";
import { restXml } from "./protocols/restXml";
import type { ServedOperations } from "./operations";
import { CLOUDTRAIL } from "./services/cloudTrail";
import { DYNAMODB } from "./services/dynamodb";
import { EC2 } from "./services/ec2";
import { IAM } from "./services/iam";
import { KMS } from "./services/kms";
import { LAMBDA } from "./services/lambda";
import { LOGS } from "./services/logs";
import { ORGANIZATIONS } from "./services/organizations";
import { ECS } from "./services/ecs";
import { EKS } from "./services/eks";
import { ROUTE_53 } from "./services/route53";
import { ROUTE_53_RESOLVER } from "./services/route53Resolver";
import { ROUTE_53_PROFILES } from "./services/route53Profiles";
import { SERVICE_QUOTAS } from "./services/serviceQuotas";
import { STS } from "./services/sts";

/** A service of AWS whose API the lab answers. */
export interface ServedService {
  readonly protocol: Protocol;
  /** Where its shapes are: read when it is first asked for something. Without one botocore's model has them. */
  readonly packageName?: string;
  readonly clientName: string;
  readonly operations: ServedOperations;
}

/** By the names for which requests are signed. */
export const SERVICES: Readonly<Record<string, ServedService>> = {
  ec2: { protocol: ec2Query, packageName: "@aws-sdk/client-ec2", clientName: "EC2Client", operations: EC2 },
  iam: { protocol: awsQuery, packageName: "@aws-sdk/client-iam", clientName: "IAMClient", operations: IAM },
  sts: { protocol: awsQuery, packageName: "@aws-sdk/client-sts", clientName: "STSClient", operations: STS },
  lambda: {
    protocol: restJson,
    packageName: "@aws-sdk/client-lambda",
    clientName: "LambdaClient",
    operations: LAMBDA,
  },
  dynamodb: {
    protocol: awsJson("1.0"),
    packageName: "@aws-sdk/client-dynamodb",
    clientName: "DynamoDBClient",
    operations: DYNAMODB,
  },
  organizations: {
    protocol: awsJson("1.1", "InvalidInputException"),
    packageName: "@aws-sdk/client-organizations",
    clientName: "OrganizationsClient",
    operations: ORGANIZATIONS,
  },
  route53: {
    protocol: restXml,
    packageName: "@aws-sdk/client-route-53",
    clientName: "Route53Client",
    operations: ROUTE_53,
  },
  route53resolver: {
    protocol: awsJson("1.1"),
    clientName: "Route53ResolverClient",
    operations: ROUTE_53_RESOLVER,
  },
  ecs: { protocol: awsJson("1.1"), packageName: "@aws-sdk/client-ecs", clientName: "ECSClient", operations: ECS },
  eks: { protocol: restJson, packageName: "@aws-sdk/client-eks", clientName: "EKSClient", operations: EKS },
  servicequotas: {
    protocol: awsJson("1.1"),
    packageName: "@aws-sdk/client-service-quotas",
    clientName: "ServiceQuotasClient",
    operations: SERVICE_QUOTAS,
  },
  kms: { protocol: awsJson("1.1"), packageName: "@aws-sdk/client-kms", clientName: "KMSClient", operations: KMS },
  route53profiles: { protocol: restJson, clientName: "Route53ProfilesClient", operations: ROUTE_53_PROFILES },
  cloudtrail: {
    protocol: awsJson("1.1"),
    packageName: "@aws-sdk/client-cloudtrail",
    clientName: "CloudTrailClient",
    operations: CLOUDTRAIL,
  },
  logs: {
    protocol: awsJson("1.1", "InvalidParameterException"),
    packageName: "@aws-sdk/client-cloudwatch-logs",
    clientName: "CloudWatchLogsClient",
    operations: LOGS,
  },
};
