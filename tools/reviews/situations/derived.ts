import type { Situation, StepChange } from "../situation";

type Inputs = Readonly<Record<string, unknown>>;

/** Resources of one type as another type has them, which the lab does not serve. */
function as(
  from: string,
  to: string,
  inputsOf: (inputs: Inputs, id: unknown) => Inputs = (inputs) => inputs,
): StepChange {
  return (line) => {
    const step = JSON.parse(line.replaceAll(from, to)) as Readonly<Record<string, unknown>> & { readonly urn: string };
    if (!step.urn.includes(to)) return JSON.stringify(step);
    const { id } = (step.oldState ?? {}) as { readonly id?: unknown };
    const changed = Object.fromEntries(
      ["oldState", "newState"].flatMap((key) => {
        const state = step[key] as { readonly inputs: Inputs } | undefined;
        return state === undefined ? [] : [[key, { ...state, inputs: inputsOf(state.inputs, id) }]];
      }),
    );
    return JSON.stringify({ ...step, ...changed });
  };
}

/** The VPC's own table, which the resource takes over by its id. */
const defaultTable = as(
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/defaultRouteTable:DefaultRouteTable",
  ({ routes }, defaultRouteTableId) => ({ defaultRouteTableId, routes }),
);

const nativeEndpoint = as("aws:ec2/vpcEndpoint:VpcEndpoint", "aws-native:ec2:VpcEndpoint");
const nativeRoute = as("aws:ec2/route:Route", "aws-native:ec2:Route");
const nativeRouteTable = as("aws:ec2/routeTable:RouteTable", "aws-native:ec2:RouteTable");
const nativeNatGateway = as("aws:ec2/natGateway:NatGateway", "aws-native:ec2:NatGateway");

const native: StepChange = (line) =>
  [nativeRoute, nativeRouteTable, nativeNatGateway].reduce((text, to) => to(text), line);

const tablePolicy = as("aws:iam/rolePolicy:RolePolicy", "aws:dynamodb/resourcePolicy:ResourcePolicy", ({ policy }) => ({
  resourceArn: "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable",
  policy,
}));

const derived = (name: string, breaks: Situation["breaks"], from: string, change: StepChange): Situation => ({
  name: `derived-${name}`,
  breaks,
  of: { from, change },
});

/** Types that the lab does not serve: made of previews of the engine, and named so. */
export const DERIVED: readonly Situation[] = [
  derived("default-route-table-changes", "unannounced", "default-route-changes", defaultTable),
  derived("another-route-of-default-route-table-changes", "nothing", "another-route-changes", defaultTable),
  derived("native-inline-added", "unannounced", "inline-added", nativeEndpoint),
  derived("native-inline-in-another-order", "nothing", "inline-in-another-order", nativeEndpoint),
  derived("native-route-changes-target", "unannounced", "route-changes-target", native),
  derived("another-native-route-changes-target", "nothing", "another-route-changes-target", native),
  derived("table-policy-with-findings", "nothing", "role-policy-with-findings", tablePolicy),
];
