import { startLab } from "../../lab/lab";

/** A VPC that exists already, as a program knows it: by its ids. */
export interface Network {
  readonly vpcId: string;
  /** Route table name → id. */
  readonly routeTables: Readonly<Record<string, string>>;
}

/** The Region of a lab's provider that names none. */
const REGION = "us-east-1";

/** Makes a VPC in a lab whose state stays in `stateFile`: every deployment begins with the same cloud. */
export async function makeNetwork(stateFile: string, tables: number): Promise<Network> {
  const lab = await startLab({ stateFile });
  try {
    const { ec2 } = lab.cloud.region(REGION);
    const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
    const routeTables: Record<string, string> = {};
    for (let i = 1; i <= tables; i++) {
      const { routeTableId } = await ec2.createRouteTable({ vpcId });
      routeTables[`private-${String(i).padStart(4, "0")}`] = routeTableId;
    }
    return { vpcId, routeTables };
  } finally {
    await lab.stop();
  }
}

/** The same VPC with its first route tables alone. */
export function firstTables(network: Network, tables: number): Network {
  return { vpcId: network.vpcId, routeTables: Object.fromEntries(Object.entries(network.routeTables).slice(0, tables)) };
}
