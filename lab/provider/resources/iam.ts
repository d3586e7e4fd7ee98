import { nameProblem, ROLE_NAMES, ROLE_POLICY_NAMES } from "../../cloud/names";
import { autonamed, computed, defaulted, optional, required, resourceType } from "../resourceType";
import { boolean, number, policy, string } from "../shapes";

const NO_SUCH_ENTITY = "NoSuchEntity";

export const role = resourceType({
  token: "aws:iam/role:Role",
  what: "IAM Role",
  subject: ({ name }) => name,
  global: true,
  properties: {
    name: autonamed(64, (name) => nameProblem(ROLE_NAMES, name)),
    assumeRolePolicy: required(policy),
    path: defaulted(string, "/", { replaces: true }),
    description: optional(string),
    maxSessionDuration: defaulted(number, 3600),
    permissionsBoundary: optional(string),
    forceDetachPolicies: defaulted(boolean, false, { notReadable: true }),
    arn: computed(string),
    createDate: computed(string),
    uniqueId: computed(string),
  },
  refused: ["inlinePolicies", "managedPolicyArns", "namePrefix"],
  goneCodes: [NO_SUCH_ENTITY],

  create: async ({ aws, inputs, tags }) => {
    const { name, assumeRolePolicy, path, description, maxSessionDuration, permissionsBoundary } = inputs;
    const request = {
      assumeRolePolicyDocument: assumeRolePolicy,
      path,
      description,
      maxSessionDuration,
      permissionsBoundary,
    };
    const { roleName } = await aws.iam.createRole({ roleName: name, ...request, tags });
    return roleName;
  },

  read: async ({ aws, id }) => {
    const found = await aws.iam.getRole({ roleName: id });
    // The provider reads the policies of a role too, for arguments that the lab does not serve.
    for (const policyName of await aws.iam.listRolePolicies({ roleName: id }))
      await aws.iam.getRolePolicy({ roleName: id, policyName });
    await aws.iam.listAttachedRolePolicies({ roleName: id });
    return { ...found, name: found.roleName, uniqueId: found.roleId, assumeRolePolicy: found.assumeRolePolicyDocument };
  },

  update: async ({ aws, id: roleName, inputs, changed }) => {
    const { assumeRolePolicy, description, maxSessionDuration, permissionsBoundary } = inputs;
    if (changed.has("assumeRolePolicy"))
      await aws.iam.updateAssumeRolePolicy({ roleName, policyDocument: assumeRolePolicy });
    if (changed.has("description") || changed.has("maxSessionDuration")) {
      await aws.iam.updateRole({ roleName, description, maxSessionDuration });
    }
    if (!changed.has("permissionsBoundary")) return;
    if (permissionsBoundary === undefined) await aws.iam.deleteRolePermissionsBoundary({ roleName });
    else await aws.iam.putRolePermissionsBoundary({ roleName, permissionsBoundary });
  },

  delete: async ({ aws, id: roleName, known }) => {
    await aws.iam.listInstanceProfilesForRole({ roleName });
    if (known.forceDetachPolicies) {
      const { attachedPolicyArns, inlinePolicies } = await aws.iam.getRole({ roleName });
      for (const policyArn of attachedPolicyArns) await aws.iam.detachRolePolicy({ roleName, policyArn });
      for (const policyName of Object.keys(inlinePolicies)) await aws.iam.deleteRolePolicy({ roleName, policyName });
    }
    await aws.iam.deleteRole({ roleName });
  },

  retag: async ({ aws, id: roleName, change }) => {
    if (change.removed.length > 0) await aws.iam.untagRole({ roleName, tagKeys: change.removed });
    if (Object.keys(change.set).length > 0) await aws.iam.tagRole({ roleName, tags: change.set });
  },
});

export const rolePolicy = resourceType({
  token: "aws:iam/rolePolicy:RolePolicy",
  what: "IAM Role Policy",
  subject: ({ name }) => name,
  global: true,
  properties: {
    name: autonamed(128, (name) => nameProblem(ROLE_POLICY_NAMES, name)),
    role: required(string, { replaces: true }),
    policy: required(policy),
  },
  refused: ["namePrefix"],
  goneCodes: [NO_SUCH_ENTITY],

  create: async ({ aws, inputs: { name, role: roleName, policy: policyDocument } }) => {
    await aws.iam.putRolePolicy({ roleName, policyName: name, policyDocument });
    return `${roleName}:${name}`;
  },

  read: async ({ aws, id }) => {
    const [roleName = "", policyName = ""] = id.split(":");
    const { policyDocument } = await aws.iam.getRolePolicy({ roleName, policyName });
    return { name: policyName, role: roleName, policy: policyDocument };
  },

  update: ({ aws, inputs: { name, role: roleName, policy: policyDocument } }) =>
    aws.iam.putRolePolicy({ roleName, policyName: name, policyDocument }),

  delete: ({ aws, id }) => {
    const [roleName = "", policyName = ""] = id.split(":");
    return aws.iam.deleteRolePolicy({ roleName, policyName });
  },
});

export const rolePolicyAttachment = resourceType({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  what: "IAM Role Policy Attachment",
  subject: ({ role: roleName, policyArn }) => `${roleName}/${policyArn}`,
  global: true,
  properties: {
    role: required(string, { replaces: true }),
    policyArn: required(string, { replaces: true }),
  },
  // Created first and deleted second, an attachment of the same policy would delete its own successor.
  deleteBeforeReplace: true,
  goneCodes: [NO_SUCH_ENTITY],

  create: async ({ aws, inputs: { role: roleName, policyArn } }) => {
    await aws.iam.attachRolePolicy({ roleName, policyArn });
    return `${roleName}/${policyArn}`;
  },

  read: async ({ aws, id }) => {
    const { roleName, policyArn } = attachmentOf(id);
    const attached = await aws.iam.listAttachedRolePolicies({ roleName });
    return attached.includes(policyArn) ? { role: roleName, policyArn } : undefined;
  },

  delete: ({ aws, id }) => aws.iam.detachRolePolicy(attachmentOf(id)),
});

/** `ROLE/arn:aws:iam::aws:policy/NAME` */
function attachmentOf(id: string): { readonly roleName: string; readonly policyArn: string } {
  const slash = id.indexOf("/");
  return { roleName: id.slice(0, slash), policyArn: id.slice(slash + 1) };
}
