import type { Language, Place, Program, Situation } from "../situation";

/** C# is not among them: its host and .NET are needed to run a program. */
export const LANGUAGES: readonly Language[] = ["python", "go", "java"];

/** Of the examples of all languages. */
const settings =
  (throughStage: string) =>
  ({ vpcId, routeTables }: Place): Readonly<Record<string, string>> => ({
    vpcId,
    privateA: routeTables["private-a"] ?? "",
    privateB: routeTables["private-b"] ?? "",
    throughStage,
  });

/** The same in YAML. */
const yaml =
  (throughStage: string): Program =>
  ({ vpcId, routeTables }) => ({
    dynamodb: {
      type: "dynamodb-endpoint:DynamoDbEndpoint",
      properties: {
        vpcId,
        routeTables: { "private-a": routeTables["private-a"], "private-b": routeTables["private-b"] },
        access: { tables: [{ name: "StockTable", access: "ReadWrite" }] },
        rollout: {
          stages: [
            { name: "canary", routeTables: ["private-a"] },
            { name: "rest", routeTables: ["private-b"] },
          ],
          throughStage,
        },
      },
    },
  });

/** One program in each language: a first switch of two stages, and the endpoint alone, which switches nothing. */
export const OF_LANGUAGES: readonly Situation[] = [
  { name: "language-yaml-switch", breaks: "announced", of: { after: yaml("rest") } },
  { name: "language-yaml-none", breaks: "nothing", of: { after: yaml("none") } },
  ...LANGUAGES.flatMap((language): readonly Situation[] => [
    { name: `language-${language}-switch`, breaks: "announced", of: { language, after: settings("rest") } },
    { name: `language-${language}-none`, breaks: "nothing", of: { language, after: settings("none") } },
  ]),
];
