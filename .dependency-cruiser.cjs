"use strict";
// Who may import whom. `npm test` holds it; `npm run rooms` draws it into CONTRIBUTING.md.

/** The rooms of components/ from the top to the ground: imports run down. The last three are the ground. */
const ROOMS = ["rollout", "check", "endpoint", "plan", "args", "policy", "engine", "shapes"];

/** What a roll-out leaves in a preview for those who read it. */
const REMARKS = "^components/plan/remarks[.]ts$";

const room = (name) => `^components/${name}/`;

/** Nothing in a room imports what is above it, and the ground imports only itself. */
const downwards = ROOMS.map((name, at) => ({
  name: `${name}-imports-downwards`,
  severity: "error",
  comment: `components/${name}/ is below ${["the components", ...ROOMS.slice(0, at)].join(", ")}.`,
  from: { path: room(name) },
  to: {
    path: [
      "^components/[^/]+[.]ts$",
      "^index[.]ts$",
      ...ROOMS.filter((other, i) => i < at || (name === "policy" && other === "engine")).map(room),
    ],
  },
}));

const never = (name, comment, from, to) => ({ name, severity: "error", comment, from, to });

module.exports = {
  forbidden: [
    never("no-circle", "Who owns what two files share?", {}, { circular: true }),
    ...downwards,
    never(
      "no-pulumi",
      "Policies, and what runs inside the functions, are plain Node.",
      { path: ["^components/policy/", "^components/check/probe/"] },
      { path: "node_modules/@pulumi/" },
    ),
    never(
      "probe-is-apart",
      "What runs inside the functions is bundled, and knows of texts alone.",
      { path: "^components/check/probe/" },
      { path: "^components/", pathNot: ["^components/check/probe/", "^components/args/printable[.]ts$"] },
    ),
    never(
      "lab-is-for-rehearsals",
      "Only tools and tests import the lab.",
      { pathNot: ["^lab/", "^tools/", "^tests/"] },
      { path: "^lab/" },
    ),
    never(
      "tools-are-for-developers",
      "Only tools and tests import tools.",
      { pathNot: ["^tools/", "^tests/"] },
      { path: "^tools/" },
    ),
    never(
      "cli-is-apart",
      "The command line knows policies, and what it shares with the components: never the components themselves.",
      { path: "^cli/" },
      {
        path: ["^components/", "^provider/", "^index[.]ts$", "node_modules/@pulumi/"],
        pathNot: ["^components/policy/", "^components/shapes/", "^components/args/printable[.]ts$", REMARKS],
      },
    ),
    never(
      "nothing-knows-cli",
      "It is a package of its own. The lab's tables are in the drill's store: a DynamoDB in memory, written once.",
      { pathNot: ["^cli/", "^tools/", "^tests/", "^lab/"] },
      { path: "^cli/" },
    ),
    never(
      "lab-knows-the-store-of-cli",
      "Of the command line the lab takes the DynamoDB in memory, and nothing else.",
      { path: "^lab/" },
      { path: "^cli/", pathNot: "^cli/drill/store/dynamoDb/" },
    ),
    never(
      "the-store-is-apart",
      "The lab takes it as it is: it knows nothing of the command line.",
      { path: "^cli/drill/store/dynamoDb/" },
      { path: "^cli/", pathNot: "^cli/drill/store/dynamoDb/" },
    ),
    never(
      "components-know-no-provider",
      "The provider serves the components; they know nothing of it.",
      { path: ["^components/", "^index[.]ts$"] },
      { path: "^provider/" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^(cli/)?dist/", "^examples/[^/]+/(bin|node_modules)/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
