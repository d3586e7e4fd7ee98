/** What is used of it: it comes without types. */
declare module "js-yaml" {
  export function load(text: string): unknown;
}
