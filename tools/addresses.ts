/** What package.json says of where the package comes from: all addresses are made of that. */
export interface Origin {
  readonly version: string;
  /** With the folder of a package that is not in the root. */
  readonly repository?: { readonly url: string; readonly directory?: string };
}

/** Where people find the package. */
export interface Addresses {
  readonly repository: string;
  readonly homepage: string;
  readonly bugs: string;
  /** A file of this version, by its path from the root of the repository: as a page, and as it is. */
  readonly page: (path: string) => string;
  readonly raw: (path: string) => string;
}

/** As npm writes it; the owner in capitals stands for one that nobody has decided on. */
const REPOSITORY = /^git\+https:\/\/github\.com\/((?!OWNER\/)[\w.-]+\/[\w.-]+)\.git$/;

/** `undefined` as long as package.json names no repository, or one that stands for it. */
export function addressesOf({ version, repository }: Origin): Addresses | undefined {
  const name = REPOSITORY.exec(repository?.url ?? "")?.[1];
  if (name === undefined) return undefined;
  const address = `https://github.com/${name}`;
  const directory = repository?.directory;
  return {
    repository: address,
    homepage: `${address}${directory === undefined ? "" : `/tree/main/${directory}`}#readme`,
    bugs: `${address}/issues`,
    page: (path) => `${address}/blob/v${version}/${path}`,
    raw: (path) => `https://raw.githubusercontent.com/${name}/v${version}/${path}`,
  };
}
