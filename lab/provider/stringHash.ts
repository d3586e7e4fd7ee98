import { crc32 } from "node:zlib";

/** The hash that the provider puts into ids such as `a-vpce-0a12654321`. */
export function stringHash(text: string): number {
  return crc32(text);
}
