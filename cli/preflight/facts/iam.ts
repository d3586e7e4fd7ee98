// A bundle of its own, loaded when IAM is asked.
import { GetAccountAuthorizationDetailsCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Authorization, Facts } from "./facts";
import { plain } from "./plain";
import { readWanted, type Reading } from "./reading";

const MOST_ITEMS = 1000;

export async function readIam({ settings, wanted, calls }: Reading): Promise<Partial<Facts>> {
  const client = new IAMClient(settings);
  try {
    return await readWanted(wanted, {
      authorization: async (): Promise<Authorization> => {
        const pages = await calls.pages(
          "iam:GetAccountAuthorizationDetails",
          (Marker) => client.send(new GetAccountAuthorizationDetailsCommand({ Marker, MaxItems: MOST_ITEMS })),
          { items: (page) => [plain(page)], next: ({ Marker }) => Marker },
        );
        return {
          UserDetailList: pages.flatMap(({ UserDetailList = [] }) => UserDetailList),
          GroupDetailList: pages.flatMap(({ GroupDetailList = [] }) => GroupDetailList),
          RoleDetailList: pages.flatMap(({ RoleDetailList = [] }) => RoleDetailList),
          Policies: pages.flatMap(({ Policies = [] }) => Policies),
        };
      },
    });
  } finally {
    client.destroy();
  }
}
