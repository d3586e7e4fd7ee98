import Ajv2020 from "ajv/dist/2020";

/** Where a value is not as its JSON schema says. */
export function misfits(value: unknown, schema: object): readonly string[] {
  const validate = new Ajv2020({ allErrors: true, formats: { uri: (text: string) => URL.canParse(text) } }).compile(
    schema,
  );
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath}: ${message}`);
}
