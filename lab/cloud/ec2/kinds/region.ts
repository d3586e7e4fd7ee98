import { dnsSuffixOf } from "../../identifiers";
import type { Kind } from "./kind";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Region.html */
export interface DescribedRegion {
  readonly regionName: string;
  readonly endpoint: string;
  readonly optInStatus: "opt-in-not-required" | "opted-in" | "not-opted-in";
}

/** Those that every account has. */
const ENABLED = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];

/** A few of those that an account has to ask for. */
const OTHERS = ["af-south-1", "ap-east-1", "eu-south-1", "il-central-1", "me-central-1", "me-south-1"];

/** The Regions; one that is none of AWS's own partition counts as enabled where somebody asks in it. */
export function regionsOf(asking: string): readonly DescribedRegion[] {
  const enabled = ENABLED.includes(asking) ? ENABLED : [...ENABLED, asking];
  const described = (regionName: string, optInStatus: DescribedRegion["optInStatus"]): DescribedRegion => {
    return { regionName, endpoint: `ec2.${regionName}.${dnsSuffixOf(regionName)}`, optInStatus };
  };
  return [
    ...enabled.map((name) => described(name, OTHERS.includes(name) ? "opted-in" : "opt-in-not-required")),
    ...OTHERS.filter((name) => name !== asking).map((name) => described(name, "not-opted-in")),
  ];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html: it has no pages. */
export const REGION: Kind<DescribedRegion> = {
  what: "Region",
  id: "regionName",
  notFound: "InvalidParameterValue",
  untagged: true,
  flags: ["allRegions"],
  filters: { endpoint: "endpoint", "opt-in-status": "optInStatus", "region-name": "regionName" },
};
