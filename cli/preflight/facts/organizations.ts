// A bundle of its own, loaded when Organizations is asked.
import { DescribeOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import type { Facts, OrganizationFact } from "./facts";
import { isNotTold, readWanted, type Reading } from "./reading";

export async function readOrganizations({ settings, wanted, calls }: Reading): Promise<Partial<Facts>> {
  const client = new OrganizationsClient(settings);
  try {
    return await readWanted(wanted, {
      organization: async (): Promise<OrganizationFact> => {
        try {
          const { Organization: organization = {} } = await calls.ask("organizations:DescribeOrganization", () =>
            client.send(new DescribeOrganizationCommand({})),
          );
          return { Id: organization.Id, MasterAccountId: organization.MasterAccountId };
        } catch (error) {
          if (isNotTold(error) && error.code === "AWSOrganizationsNotInUseException") return {};
          throw error;
        }
      },
    });
  } finally {
    client.destroy();
  }
}
