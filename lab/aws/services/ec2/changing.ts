import type { TagSpecification } from "@aws-sdk/client-ec2";
import { ApiError } from "../../../cloud/apiError";
import type { Region } from "../../../cloud/cloud";
import type { Tags } from "../../../cloud/tags";
import { type Checked, decapitalised, type Decapitalised, operation, type ServedOperation } from "../../operations";
import { specifiedTags } from "./tagSpecifications";

interface Taggable {
  readonly TagSpecifications?: readonly TagSpecification[];
}

type Made<I> = Omit<Decapitalised<Checked<I>>, "tagSpecifications"> & { readonly tags: Tags };

/** An operation that makes a thing of a kind, with the tags that the request has for it. */
export function making<I extends Taggable, O>(
  resourceType: string,
  takes: readonly (keyof I & string)[],
  make: (region: Region, request: Made<I>) => Promise<Partial<O>>,
): ServedOperation {
  return operation<I, O>(["TagSpecifications", ...takes], (region, input) => {
    const { TagSpecifications: specifications, ...members } = input as Checked<I> & Taggable;
    const tags = specifiedTags(resourceType, specifications);
    return make(region, { ...decapitalised(members), tags } as unknown as Made<I>);
  });
}

/** An operation that changes something, and has nothing to say but that it has. */
export function doing<I>(
  takes: readonly (keyof I & string)[],
  change: (region: Region, request: Decapitalised<Checked<I>>) => Promise<unknown>,
  answer: object = {},
): ServedOperation {
  return operation<I, object>(takes, async (region, input) => {
    await change(region, decapitalised(input as object) as Decapitalised<Checked<I>>);
    return answer;
  });
}

export function missing(parameter: string): ApiError {
  return new ApiError("MissingParameter", `The request must contain the parameter ${parameter}`);
}

/** What has to be there, though AWS's model does not say so. */
export function needed<V>(parameter: string, value: V | undefined): V {
  if (value === undefined) throw missing(parameter);
  return value;
}
