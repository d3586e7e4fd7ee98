import * as assert from "node:assert/strict";
import { SERVED_CONFIGURATION } from "../../lab/provider/configuration";
import type { Properties, Property } from "../../lab/provider/resourceType";
import { PROVIDER_VERSION } from "../../lab/provider/schema";
import { FUNCTIONS, RESOURCE_TYPES } from "../../lab/provider/served";
import type { ObjectShape, Shape } from "../../lab/provider/shapes";
import {
  capitalised,
  installedVersion,
  providerArguments,
  realFunction,
  type RealInterface,
  realObject,
  type RealProperties,
  realResource,
} from "./awsInterface";
import { REGION_REPLACES, REPLACE_RULES } from "./replaceRules";

/** What the lab says of a type or a function, in the terms in which @pulumi/aws can be asked. */
interface Declared {
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly refused: readonly string[];
}

describe("the lab's aws provider", () => {
  it("has the version of the installed @pulumi/aws", () => assert.equal(PROVIDER_VERSION, installedVersion));

  it("knows no configuration that the real provider does not have", () => {
    const real = providerArguments();
    assert.deepEqual(
      SERVED_CONFIGURATION.filter((name) => !real.has(name)),
      [],
    );
  });

  for (const type of RESOURCE_TYPES) {
    describe(type.token, () => {
      const inputs = Object.fromEntries(Object.entries(type.properties).filter(([, { input }]) => input !== "none"));
      agreesWith(() => realResource(type.token), { inputs, outputs: type.properties, refused: type.refused });

      it("replaces on the same properties", () => {
        const rules = { ...REPLACE_RULES[type.token], ...(type.global ? {} : { [REGION_REPLACES]: "" }) };
        const replacing = Object.entries(type.properties).filter(([, { replaces }]) => replaces);
        assert.deepEqual(replacing.map(([name]) => name).sort(), Object.keys(rules).sort());
      });

      it("replaces wherever the documentation says so", () => {
        const documented = [...realResource(type.token).inputs.values()].filter(({ doc }) => saysReplaces(doc));
        const served = documented.filter(({ name }) => name in inputs);
        assert.deepEqual(
          served.filter(({ name }) => !type.properties[name]?.replaces).map(({ name }) => name),
          [],
        );
      });
    });
  }

  for (const fn of FUNCTIONS) {
    describe(fn.token, () =>
      agreesWith(() => realFunction(fn.token), { inputs: fn.arguments, outputs: fn.results, refused: fn.refused }),
    );
  }
});

describe("the check itself", () => {
  it("reads in the documentation of a property that it replaces", () => {
    const { inputs } = realResource("aws:ec2/vpcEndpoint:VpcEndpoint");
    assert.deepEqual(
      [...inputs.values()].filter(({ doc }) => saysReplaces(doc)).map(({ name }) => name),
      ["privateDnsEnabled"],
    );
  });

  const real = realResource("aws:ec2/subnet:Subnet");
  const subnet = RESOURCE_TYPES.find(({ token }) => token === "aws:ec2/subnet:Subnet");
  const { vpcId, ...others } = subnet?.properties ?? {};

  it("finds a misspelt property", () => {
    assert.deepEqual(unknownNames(real.outputs, { ...others, vpcID: vpcId as Property }), ["vpcID"]);
  });

  it("finds a required property that is missing", () => {
    assert.deepEqual(unmentionedNames(real.inputs, others, subnet?.refused ?? []), ["vpcId"]);
  });
});

function agreesWith(real: () => RealInterface, { inputs, outputs, refused }: Declared): void {
  it("has no argument that the real one does not have", () =>
    assert.deepEqual(unknownNames(real().inputs, inputs), []));

  it("has no output that the real one does not have", () => {
    // The provider's arguments come back as outputs; those that do not are not declared as such either.
    assert.deepEqual(unknownNames(real().outputs, outputs), []);
  });

  it("serves or refuses every argument and every output", () => {
    assert.deepEqual(unmentionedNames(real().inputs, inputs, refused), []);
    assert.deepEqual(unmentionedNames(real().outputs, outputs, refused), []);
  });

  it("refuses nothing that does not exist", () => {
    const { inputs: realInputs, outputs: realOutputs } = real();
    assert.deepEqual(
      refused.filter((name) => !realInputs.has(name) && !realOutputs.has(name)),
      [],
    );
  });

  it("requires the same arguments", () => {
    const required = Object.keys(inputs).filter((name) => inputs[name]?.input === "required");
    const really = [...real().inputs.values()].filter(({ optional }) => !optional).map(({ name }) => name);
    assert.deepEqual(required.sort(), really.sort());
  });

  it("has the same shapes", () => {
    assert.deepEqual(
      [...misshapen(real().inputs, inputs, "input"), ...misshapen(real().outputs, outputs, "output")],
      [],
    );
  });
}

function unknownNames(real: RealProperties, declared: Properties): readonly string[] {
  return Object.keys(declared).filter((name) => !real.has(name));
}

function unmentionedNames(real: RealProperties, declared: Properties, refused: readonly string[]): readonly string[] {
  return [...real.keys()].filter((name) => !(name in declared) && !refused.includes(name));
}

function* misshapen(real: RealProperties, declared: Properties, side: "input" | "output"): Iterable<string> {
  for (const [name, { shape }] of Object.entries(declared)) {
    const expected = real.get(name)?.shape ?? "nothing";
    if (shapeName(shape) !== expected) yield `${name}: ${shapeName(shape)} instead of ${expected}`;
    for (const nested of objectsIn(shape)) yield* misshapenObject(nested, side);
  }
}

function* misshapenObject(shape: ObjectShape, side: "input" | "output"): Iterable<string> {
  const real = realObject(shape.name, side);
  for (const name of real.keys()) {
    if (!(name in shape.fields) && !shape.refused.includes(name))
      yield `${shape.name}.${name} is neither served nor refused`;
  }
  for (const name of shape.refused) {
    if (!real.has(name)) yield `${shape.name}.${name} is refused and does not exist`;
  }
  for (const [name, field] of Object.entries(shape.fields)) {
    const expected = real.get(name);
    if (shapeName(field.shape) !== expected?.shape) {
      yield `${shape.name}.${name}: ${shapeName(field.shape)} instead of ${expected?.shape ?? "nothing"}`;
    }
    if (side === "input" && (field.need === "required") === expected?.optional)
      yield `${shape.name}.${name} is ${field.need}`;
  }
}

function shapeName(shape: Shape): string {
  switch (shape.kind) {
    case "policy":
      return "string";
    case "list":
    case "set":
      return `list<${shapeName(shape.element)}>`;
    case "map":
      return `map<${shapeName(shape.element)}>`;
    case "object": {
      const [module = "", type = ""] = shape.name.split("/");
      return `${module}/${capitalised(type)}`;
    }
    default:
      return shape.kind;
  }
}

function* objectsIn(shape: Shape): Iterable<ObjectShape> {
  if (shape.kind === "object") {
    yield shape;
    for (const { shape: field } of Object.values(shape.fields)) yield* objectsIn(field);
  } else if (shape.kind === "list" || shape.kind === "set" || shape.kind === "map") {
    yield* objectsIn(shape.element);
  }
}

function saysReplaces(doc: string): boolean {
  return /forces? (?:a )?new|forces? (?:a )?replacement|(?:will|to) (?:be )?(?:force[sd]? )?(?:re-?create|replace)/i.test(
    doc,
  );
}
