import { readFileSync } from "node:fs";
import { join } from "node:path";

import { addressesOf } from "../addresses";
import { schemaText } from "../schema/packageSchema";
import { git, gitHolds } from "./git";
import { type Manifest, manifestOf, PACKAGES, tagOf } from "./manifest";
import { unreleased } from "./unreleased";

/** Where releases come from. */
const MAIN = "origin/main";

/** Something that has to hold before a release, and what stands in the way of it. */
export interface Check {
  readonly title: string;
  readonly problems: readonly string[];
}

/** Before the tag is made. */
export function readiness(checkout: string, manifest: Manifest): readonly Check[] {
  const tag = tagOf(manifest);
  const read = (file: string): string => readFileSync(join(checkout, file), "utf8");
  return [
    ...publishable(checkout, manifest),
    onMain(checkout, "HEAD"),
    { title: "the pages say what a released version is", problems: unreleased(checkout, manifest) },
    check(`${tag} is new`, git(checkout, "tag", "--list", tag) === "", `${tag} exists`),
    check(
      "schema.json is what the declarations say",
      read("schema.json") === schemaText(),
      "schema.json is stale: run `npm run schema`",
    ),
  ];
}

/** Where the tag is checked out, of a commit that adds dist to one of main. */
export function tagged(checkout: string, manifest: Manifest): readonly Check[] {
  const tag = tagOf(manifest);
  const tags = git(checkout, "tag", "--points-at", "HEAD").split("\n");
  return [
    ...publishable(checkout, manifest),
    check(`${tag} is what is checked out`, tags.includes(tag), `${tag} is not the tag of what is checked out`),
    onMain(checkout, "HEAD^"),
  ];
}

/** Before the tag, and where it is. */
function publishable(checkout: string, manifest: Manifest): readonly Check[] {
  return [origin(manifest), oneRelease(checkout, manifest), committed(checkout)];
}

function origin(manifest: Manifest): Check {
  const { author, repository } = manifest;
  return {
    title: "package.json says who publishes it and from where, which npm provenance and the registry show",
    problems: [
      ...(author === undefined ? ["package.json has no author"] : []),
      ...(addressesOf(manifest) === undefined
        ? [
            `package.json's repository is ${repository?.url ?? "absent"}: write it as git+https://github.com/<owner>/<name>.git`,
          ]
        : []),
    ],
  };
}

/** What is published together. */
function oneRelease(checkout: string, manifest: Manifest): Check {
  const problems = PACKAGES.filter((folder) => folder !== "").flatMap((folder) => {
    const [wanted, said] = [releaseIn(manifest), releaseIn(manifestOf(join(checkout, folder)))];
    return Object.entries({ ...wanted, directory: folder }).flatMap(([what, value = "absent"]) => {
      const theirs = said[what] ?? "absent";
      return theirs === value ? [] : [`${folder}/package.json's ${what} is ${theirs}, and is to be ${value}`];
    });
  });
  return { title: "all packages have one version, author, licence and repository", problems };
}

function releaseIn({ version, license, author, repository }: Manifest): Readonly<Record<string, string | undefined>> {
  return { version, license, author, repository: repository?.url, directory: repository?.directory };
}

function committed(checkout: string): Check {
  const clean = git(checkout, "status", "--porcelain") === "";
  return check("everything is committed", clean, "there are changes that are not committed");
}

function onMain(checkout: string, commit: string): Check {
  const holds = gitHolds(checkout, "merge-base", "--is-ancestor", commit, MAIN);
  return check(`the commit is on ${MAIN}`, holds, `${commit} is not on ${MAIN}`);
}

function check(title: string, holds: boolean, problem: string): Check {
  return { title, problems: holds ? [] : [problem] };
}
