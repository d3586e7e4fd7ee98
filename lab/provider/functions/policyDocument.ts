import { functionType } from "../functionType";
import { computed, optional } from "../resourceType";
import { list, needed, object, possible, set, string, type TypeOf } from "../shapes";

const principal = object("iam/getPolicyDocumentStatementPrincipal", {
  type: needed(string),
  identifiers: needed(set(string)),
});
const notPrincipal = object("iam/getPolicyDocumentStatementNotPrincipal", {
  type: needed(string),
  identifiers: needed(set(string)),
});
const condition = object("iam/getPolicyDocumentStatementCondition", {
  test: needed(string),
  variable: needed(string),
  values: needed(list(string)),
});
const statement = object("iam/getPolicyDocumentStatement", {
  sid: possible(string),
  effect: possible(string),
  actions: possible(set(string)),
  notActions: possible(set(string)),
  resources: possible(set(string)),
  notResources: possible(set(string)),
  principals: possible(set(principal)),
  notPrincipals: possible(set(notPrincipal)),
  conditions: possible(set(condition)),
});

const criteria = {
  policyId: optional(string),
  statements: optional(list(statement)),
  version: optional(string),
} as const;

export const getPolicyDocument = functionType({
  token: "aws:iam/getPolicyDocument:getPolicyDocument",
  global: true,
  arguments: criteria,
  results: { ...criteria, id: computed(string), json: computed(string), minifiedJson: computed(string) },
  refused: ["overrideJson", "overridePolicyDocuments", "sourceJson", "sourcePolicyDocuments"],
  run: ({ args }) => {
    const document = {
      Version: args.version ?? "2012-10-17",
      Id: args.policyId,
      Statement: (args.statements ?? []).map(rendered),
    };
    const minifiedJson = JSON.stringify(document);
    return Promise.resolve({
      ...args,
      id: String(minifiedJson.length),
      json: JSON.stringify(document, null, 2),
      minifiedJson,
    });
  },
});

type Statement = TypeOf<typeof statement>;

/** What is not given is left out: JSON has no undefined. */
function rendered(given: Statement): Readonly<Record<string, unknown>> {
  return {
    Sid: given.sid,
    Effect: given.effect ?? "Allow",
    Action: one(given.actions),
    NotAction: one(given.notActions),
    Resource: one(given.resources),
    NotResource: one(given.notResources),
    Principal: principalsOf(given.principals),
    NotPrincipal: principalsOf(given.notPrincipals),
    Condition: conditionsOf(given.conditions),
  };
}

function one(values: readonly string[] | undefined): string | readonly string[] | undefined {
  return values?.length === 1 ? values[0] : values;
}

function principalsOf(principals: Statement["principals"]): unknown {
  if (principals === undefined) return undefined;
  if (principals.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"))) return "*";
  return Object.fromEntries(principals.map(({ type, identifiers }) => [type, one(identifiers)]));
}

function conditionsOf(conditions: Statement["conditions"]): unknown {
  if (conditions === undefined) return undefined;
  const tests = new Map<string, Record<string, unknown>>();
  for (const { test, variable, values } of conditions) tests.set(test, { ...tests.get(test), [variable]: one(values) });
  return Object.fromEntries(tests);
}
