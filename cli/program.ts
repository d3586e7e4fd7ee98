import { Argument, Command, Option } from "commander";
import { version } from "./package.json";
import type * as accessRun from "./access/run";
import type * as preflightRun from "./preflight/run";
import type { PreflightOptions } from "./preflight/settings";
import type * as drillRun from "./drill/run";
import type { DrillOptions } from "./drill/settings";
import type * as reviewRun from "./review/run";

/** The whole command line, without what its commands do. */
export function program(): Command {
  const all = new Command("dynamodb-endpoint")
    .description("What a switch of DynamoDB traffic onto a gateway endpoint breaks: before, during and after it.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", EXIT_CODES)
    .showSuggestionAfterError();
  for (const command of [review(), preflight(), access(), drill()]) all.addCommand(command.copyInheritedSettings(all));
  all.addCommand(help(all).copyInheritedSettings(all));
  for (const command of [all, ...all.commands]) command.exitOverride().showHelpAfterError("(--help tells more)");
  return all;
}

/** Commander's own answers the name of a command that there is not with the help of all. */
function help(all: Command): Command {
  const names = all.commands.map((command) => command.name());
  return new Command("help")
    .summary("print the help of a command")
    .description("Prints the help of a command, or of all.")
    .addArgument(new Argument("[command]").choices(names))
    .action((name?: string) => (all.commands.find((command) => command.name() === name) ?? all).help());
}

function review(): Command {
  return new Command("review")
    .summary("what a preview breaks, in what order, and what of it nobody announced")
    .description(
      "Reads the output of `pulumi preview --json --show-sames`. Says which route tables lose their open connections " +
        "to DynamoDB or S3, where the run stops, and what breaks without being announced.",
    )
    .argument("[files...]", "previews, of one stack each: `preview --json`, or an event log; standard input without")
    .addOption(new Option("--markdown", "a comment for a pull request").conflicts("json"))
    .option("--json", "the whole model, for programs; its schema is review.schema.json in the package")
    .addOption(
      new Option("--fail-on <what>", "exit 1 for: nothing, unannounced breaks, any switch, any finding")
        .choices(["never", "unannounced", "switch", "finding"])
        .default("unannounced"),
    )
    .addOption(acceptUnknown())
    .option("--commit <sha>", "the commit that was previewed, for the footer")
    .option("--no-picture", "leave the picture of the stages out of the Markdown")
    .option("--no-color", "no colour; NO_COLOR does the same")
    .addHelpText(
      "after",
      "\nExample:\n  $ pulumi preview --json --show-sames | dynamodb-endpoint review --markdown > comment.md",
    )
    .action(async (files: string[], options: reviewRun.ReviewOptions) => {
      // When it is called: help and errors wait for no command. An import() would bring Node's other loader as well.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { run } = require("./review/run") as typeof reviewRun;
      process.exitCode = await run(files, options);
    });
}

function preflight(): Command {
  return new Command("preflight")
    .summary("whether a live VPC can be switched, in how many stages, and what will fail")
    .description(
      "Reads a VPC, or every VPC of a Region, and tells what a switch onto a gateway endpoint for DynamoDB meets " +
        "there. Nothing is changed: it calls Describe, Get and List, and two dry runs.",
    )
    .option("--vpc <id>", "one VPC; every VPC of the Region without")
    .option("--route-tables <ids>", "those of --vpc that are to be switched: rtb-…,rtb-…")
    .option("--region <region>", "the Region; AWS_REGION or your profile's without")
    .option("--profile <name>", "your profile")
    .option("--preview <file>", "what this preview would switch: the output of `pulumi preview --json --show-sames`")
    .option("--accounts <file>", "roles and Regions of an organization: YAML or JSON")
    .option("--withdraw", "the other way: whether the endpoint can be taken away again")
    .option(
      "--tables <names|count>",
      "tables to ask about one by one, or how many at most; so many clusters, too",
      "50",
    )
    .option("--checks <ids>", "these alone: ids, or families such as routes,names")
    .option("--skip <ids>", "all but these")
    .option("--record <folder>", "write down what was read")
    .option("--facts <folder>", "go by what was written down, and ask nobody")
    .option("--since <folder>", "tell what has changed since that was written down")
    .option("--observed-hours <hours>", "who really called in these hours: CloudTrail and flow logs, 2160 at most")
    .addOption(acknowledge())
    .option("--acknowledgements <file>", "more of them, with a subject and a date; preflight.json where it is there")
    .addOption(acceptUnknown())
    .addOption(
      new Option("--fail-on <severity>", "exit 1 for findings from this severity on")
        .choices(["blocker", "high", "medium", "info", "never"])
        .default("high"),
    )
    .addOption(new Option("--markdown", "a comment, or a page of a wiki").conflicts("json"))
    .option("--json", "the whole model, for programs; its schema is preflight.schema.json in the package")
    .option("--html <file>", "a page with a picture of the VPC, beside what is printed")
    .option("--quiet", "print nothing where nothing is found")
    .option("--verbose", "with what passed; of many VPCs each in full")
    .option("--print-policy", "print the least role that this takes, and ask nobody")
    .option("--no-color", "no colour; NO_COLOR does the same")
    .addHelpText(
      "after",
      "\nExample:\n  $ dynamodb-endpoint preflight --vpc vpc-0a1b2c3d --route-tables rtb-0a1b2c3d --region eu-west-1",
    )
    .action(async (options: PreflightOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { run } = require("./preflight/run") as typeof preflightRun;
      process.exitCode = await run(options);
    });
}

function acknowledge(): Option {
  return new Option("--acknowledge <id=reason>", "this finding is known, and does not count (again for more)")
    .argParser(collected)
    .default([], "none");
}

function access(): Command {
  return new Command("access")
    .summary("whose permission flips when requests take the other way")
    .description(
      "Decides the requests of a VPC's roles by every policy that has a say, as they look through the NAT gateways " +
        "and through the endpoint. Says who is denied then what is allowed today, by which statement, and the edit " +
        "that keeps both ways allowed.",
    )
    .option("--vpc <id>", "the VPC")
    .option("--route-tables <ids>", "those that are switched: rtb-…,rtb-…; those of preflight without")
    .option("--roles <names>", "roles beside those behind the subnets: names, * for any part")
    .option("--users <names>", "users, by their own keys: names, * for any part")
    .option("--all", "every role and every user of the account")
    .option("--tables <names|count>", "whose policies to read; ARNs of other accounts', too; or how many at most", "50")
    .addOption(
      new Option("--direction <way>", "onto the endpoint, or back").choices(["switch", "withdraw"]).default("switch"),
    )
    .option("--plan <file>", "policies that are about to change; its schema is accessPlan.schema.json in the package")
    .option("--organization <file>", "the organization's policies, as `access export-organization` writes them")
    .option("--region <region>", "the Region; AWS_REGION or your profile's without")
    .option("--profile <name>", "your profile")
    .option("--record <folder>", "write down what was read")
    .option("--facts <folder>", "go by what was written down, and ask nobody")
    .option("--observed-hours <hours>", "those too whom CloudTrail has seen call in these hours, 2160 at most")
    .addOption(acceptUnknown())
    .addOption(
      new Option("--fail-on <severity>", "exit 1 for flips from this severity on")
        .choices(["blocker", "high", "medium", "info", "never"])
        .default("blocker"),
    )
    .option("--show-policies", "print the documents of all these policies, whole")
    .addOption(new Option("--markdown", "a comment for a pull request").conflicts("json"))
    .option("--json", "the whole model, for programs; its schema is access.schema.json in the package")
    .option("--print-policy", "print the least role that this takes, and ask nobody")
    .option("--no-color", "no colour; NO_COLOR does the same")
    .addHelpText("after", "\nExample:\n  $ dynamodb-endpoint access --vpc vpc-0a1b2c3d --organization org.json")
    .action(async (options: accessRun.AccessOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { run } = require("./access/run") as typeof accessRun;
      process.exitCode = await run(options);
    })
    .addCommand(exportOrganization());
}

function exportOrganization(): Command {
  return new Command("export-organization")
    .summary("write down the policies of an organization, for --organization")
    .description(
      "Reads the service control and resource control policies of an organization. Run it in the management account, " +
        "or a delegated administrator's.",
    )
    .option("--profile <name>", "your profile")
    .option("--print-policy", "print the least role that this takes, and ask nobody")
    .addHelpText("after", "\nExample:\n  $ dynamodb-endpoint access export-organization > org.json")
    .action(async (_: object, command: Command) => {
      // What both it and `access` know, commander gives to `access`.
      const options = command.optsWithGlobals<Pick<accessRun.AccessOptions, "profile" | "printPolicy">>();
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { runExport } = require("./access/run") as typeof accessRun;
      process.exitCode = await runExport(options);
    });
}

function drill(): Command {
  return new Command("drill")
    .summary("what your own client does when its connection to DynamoDB breaks")
    .description(
      "Runs a client against a DynamoDB on loopback, breaks its connections as a switch does, and tells how long it " +
        "took to get over it. The client finds the endpoint by AWS_ENDPOINT_URL_DYNAMODB.",
    )
    .argument("<command...>", "the client and its arguments, after --")
    .addOption(new Option("--break <how>", "what to do").choices(["reset", "silence", "both"]).default("both"))
    .option("--every <time>", "from one break to the next, which waits for a client that hangs", "20s")
    .option("--for <time>", "how long the client is watched once it is at work", "2m")
    .option("--max-interruption <time>", "how long it may be without an answer", "30s")
    .option("--reconnect-delay <time>", "for so long after a break new connections get no answer")
    .option("--deny-after <time>", "so long after the first break every request is denied, to the end")
    .option("--ready <regex|time>", "the client is at work when it prints this, or after this time")
    .option("--endpoint <url>", "a DynamoDB Local, or any other, instead of the one inside")
    .option("--tables <file>", "tables to create: JSON, as CreateTable asks for them, one or a list")
    .option(
      "--like <table>",
      "a table to create like this one of your account: DescribeTable (again for more)",
      collected,
      [],
    )
    .option("--profile <name>", "your profile, for --like")
    .option("--items <file>", "items to write: JSON, as BatchWriteItem asks for them")
    .option("--region <region>", "the Region that the client is told; AWS_REGION without")
    .option("--kernel", "lose packets in network namespaces: Linux, as root or with user namespaces")
    .option("--compare <command>", "a second client, by the shell: the first one with the setting")
    .option("--json", "the whole model, for programs; its schema is drill.schema.json in the package")
    .addOption(
      new Option("--fail-on <severity>", "exit 1 for findings from this severity on")
        .choices(["blocker", "high", "medium", "info", "never"])
        .default("high"),
    )
    .addOption(acceptUnknown())
    .option("--no-color", "no colour; NO_COLOR does the same")
    .addHelpText("after", "\nExample:\n  $ dynamodb-endpoint drill --tables stock.json -- node client.js")
    .action(async (command: string[], options: DrillOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { run } = require("./drill/run") as typeof drillRun;
      process.exitCode = await run(command, options);
    });
}

function acceptUnknown(): Option {
  return new Option("--accept-unknown <id=reason>", "do not exit 2 for what is unknown by this id (again for more)")
    .argParser(collected)
    .default([], "none");
}

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

const EXIT_CODES = `
Exit codes:
  0  nothing at or above --fail-on
  1  something is
  2  it could not be told: bad input, unreadable, not permitted`;
