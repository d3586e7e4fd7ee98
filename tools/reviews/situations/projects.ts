import type { Situation } from "../situation";

const step = (number: string): Readonly<Record<string, string>> => ({ "aws:region": "eu-west-1", step: number });

const POLICIES = { "aws:region": "us-east-1", account: "123456789012" };

/** The projects of `examples/`, as their READMEs run them. */
export const PROJECTS: readonly Situation[] = [
  { name: "example-minimal", breaks: "nothing", of: { project: "examples/minimal", after: {} }, keepsEvents: true },
  { name: "example-staged-1", breaks: "nothing", of: { project: "examples/staged", after: step("1") } },
  {
    name: "example-staged-2",
    breaks: "announced",
    of: { project: "examples/staged", before: step("1"), after: step("2") },
  },
  {
    name: "example-staged-4",
    breaks: "announced",
    of: { project: "examples/staged", before: step("3"), after: step("4") },
  },
  { name: "example-several-vpcs", breaks: "announced", of: { project: "examples/several-vpcs", after: {} } },
  {
    name: "example-existing-endpoint",
    breaks: "announced",
    endpoints: [["private-a", "private-b"]],
    of: {
      project: "examples/existing-endpoint",
      after: ({ vpcId, routeTables, endpoints: [vpcEndpointId = ""] }) => ({
        vpcId,
        vpcEndpointId,
        privateRouteTableA: routeTables["private-a"] ?? "",
        privateRouteTableB: routeTables["private-b"] ?? "",
        privateRouteTableC: routeTables["private-c"] ?? "",
      }),
    },
  },
  {
    name: "example-policies",
    breaks: "nothing",
    of: {
      project: "examples/policies",
      before: { ...POLICIES, applicationWrites: "true", level: "ReadWrite" },
      after: { ...POLICIES, applicationWrites: "false", level: "Read" },
    },
  },
  { name: "example-yaml", breaks: "nothing", of: { project: "examples/yaml", after: {} } },
  {
    name: "example-yaml-rest",
    breaks: "announced",
    of: { project: "examples/yaml", before: {}, after: { throughStage: "rest" } },
  },
];
