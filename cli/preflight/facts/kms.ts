// A bundle of its own, loaded when KMS is asked.
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Facts, KeyFact } from "./facts";
import { allOf, isNotTold, readWanted, type Reading } from "./reading";

export async function readKms({ settings, wanted, calls, named, announce }: Reading): Promise<Partial<Facts>> {
  const client = new KMSClient(settings);
  const read = async (KMSMasterKeyArn: string): Promise<KeyFact> => {
    const { KeyMetadata: { KeyId, Arn, KeyManager } = { KeyId: KMSMasterKeyArn } } = await calls.ask(
      "kms:DescribeKey",
      () => client.send(new DescribeKeyCommand({ KeyId: KMSMasterKeyArn })),
    );
    const key = { KMSMasterKeyArn, KeyMetadata: { KeyId, Arn, KeyManager } };
    // Whatever name a table has for the key, its policy is asked for by its ARN.
    return KeyManager === "AWS"
      ? key
      : untoldAs(key, async () => ({ ...key, Policy: await policyOf(Arn ?? KMSMasterKeyArn) }));
  };
  const policyOf = async (KeyId: string): Promise<string | undefined> =>
    (await calls.ask("kms:GetKeyPolicy", () => client.send(new GetKeyPolicyCommand({ KeyId })))).Policy;
  try {
    return await readWanted(wanted, {
      keys: () => {
        const arns = named?.keys ?? [];
        announce(`${arns.length} keys of KMS: two calls each`);
        return allOf(arns.map((arn) => untoldAs({ KMSMasterKeyArn: arn }, () => read(arn))));
      },
    });
  } finally {
    client.destroy();
  }
}

/** What is known of a key, with why no more is where AWS does not tell it. */
async function untoldAs(known: KeyFact, read: () => Promise<KeyFact>): Promise<KeyFact> {
  try {
    return await read();
  } catch (error) {
    if (isNotTold(error)) return { ...known, missing: error.missing };
    throw error;
  }
}
