import { execFile } from "node:child_process";
import { join } from "node:path";
import type { PreflightReport, VpcReport } from "../../cli/preflight/report/report";
import type { Lab } from "../../lab/lab";
import type { Cast } from "./chapters";
import { REGION } from "./network";
import { expect, NotAsTold, type Scene } from "./scene";

const COMMAND_LINE = join(__dirname, "../../cli/dist/main.js");

/** What the command line says of the VPC before anything is switched, by reading it as it would at AWS. */
export async function preflight({ lab, page }: Scene, { network }: Cast): Promise<void> {
  const [vpc] = await lab.cloud.region(REGION).ec2.describeVpcs({});
  const vpcId = vpc?.vpcId ?? "";
  const began = Date.now();
  const complete = page.heading("2  Can this VPC be switched?", `dynamodb-endpoint preflight --vpc ${vpcId}`);
  const report = await reportOn(lab, vpcId);
  complete((Date.now() - began) / 1000);
  page.text(`${report.verdict.sentence}. It suggests these stages, from least to most clients:`);
  const nameOf = (id: string): string => network.subnets.find(({ routeTableId }) => routeTableId === id)?.name ?? id;
  page.table(report.stages.map(({ name, routeTableIds }) => [name, routeTableIds.map(nameOf).join(", ")]));
  page.text("What there is to know before:");
  const told = report.findings.map(({ severity, id, message }) => `${severity} ${id}: ${firstSentence(message)}`);
  for (const each of new Set(told)) page.text(each);
  const staged = report.stages.flatMap(({ routeTableIds }) => routeTableIds);
  const hasAll = network.subnets.every(({ routeTableId }) => staged.includes(routeTableId));
  expect(page, report.verdict.blockers === 0 && hasAll, "No blocker, and each private route table has a stage.");
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
}

/** Whatever the exit code says: findings are told, and the report counts. */
async function reportOn(lab: Lab, vpcId: string): Promise<VpcReport> {
  const env = {
    ...process.env,
    ...lab.environment,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "demo",
    AWS_SECRET_ACCESS_KEY: "demo",
  };
  const printed = await new Promise<string>((resolve, reject) => {
    const args = [COMMAND_LINE, "preflight", "--vpc", vpcId, "--json"];
    execFile(process.execPath, args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout === "") reject(new NotAsTold(`preflight told nothing: ${stderr}${error?.message ?? ""}`));
      else resolve(stdout);
    });
  });
  const [report] = (JSON.parse(printed) as PreflightReport).vpcs;
  if (report === undefined) throw new NotAsTold(`preflight has not found ${vpcId}`);
  return report;
}
