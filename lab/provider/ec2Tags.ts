import type { Place, TagChange } from "./resourceType";

/** EC2 has one API for the tags of everything. */
export async function ec2Tags({
  aws,
  id,
  change,
}: Place & { readonly id: string; readonly change: TagChange }): Promise<void> {
  if (change.removed.length > 0) await aws.ec2.deleteTags({ resources: [id], tagKeys: change.removed });
  if (Object.keys(change.set).length > 0) await aws.ec2.createTags({ resources: [id], tags: change.set });
}
