import { Argument, Command, Option } from "commander";
import { version } from "./package.json";
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
  for (const command of [review()]) all.addCommand(command.copyInheritedSettings(all));
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
    .addOption(
      new Option("--accept-unknown <id=reason>", "do not exit 2 for this question (again for more)")
        .argParser(collected)
        .default([], "none"),
    )
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

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

const EXIT_CODES = `
Exit codes:
  0  nothing at or above --fail-on
  1  something is
  2  it could not be told: bad input, unreadable, not permitted`;
