import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import puppeteer, { type Browser } from "puppeteer-core";
import { madeOnce } from "../../tools/engine/cache";
import { progressOn } from "../../tools/engine/progress";
import { userFolder } from "../../tools/engine/userFolder.cjs";

/** It exports nothing but a way to start it that changes this process. */
const PACKAGE = join(dirname(require.resolve("@sparticuz/chromium")), "..", "..");

const DEBIANS = "/usr/bin/chromium";

/** Roots, containers and CI have no sandbox to give; the pages that are opened are ours. */
const ARGUMENTS = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--font-render-hinting=none"];

/** A headless Chromium: the one that a package brings, with its libraries and fonts, or Debian's. None is an error. */
export async function openBrowser(): Promise<Browser> {
  try {
    return await openPackaged();
  } catch (error) {
    if (!existsSync(DEBIANS)) throw error;
    return puppeteer.launch({ executablePath: DEBIANS, args: ARGUMENTS, headless: true });
  }
}

async function openPackaged(): Promise<Browser> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string };
  const folder = await madeOnce(
    join(userFolder(process.env, "browser"), `chromium-${version}`),
    unpackTo,
    progressOn(process.stderr),
  );
  return puppeteer.launch({
    executablePath: join(folder, "chromium"),
    args: ARGUMENTS,
    headless: "shell",
    // A machine without a desktop lacks what it is linked with, and has no fonts.
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
    },
  });
}

/** In a process of its own: the package unpacks to where temporary files are, and changes its environment. */
async function unpackTo(folder: string): Promise<void> {
  const program = `
    const { inflate } = require(${JSON.stringify(join(PACKAGE, "build", "cjs", "lambdafs.cjs"))});
    for (const file of ["chromium.br", "fonts.tar.br", "al2023.tar.br"])
      inflate(${JSON.stringify(join(PACKAGE, "bin"))} + "/" + file);`;
  await promisify(execFile)(process.execPath, ["-e", program], { env: { ...process.env, TMPDIR: folder } });
  writeFileSync(join(folder, "fonts.conf"), FONTS);
}

const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
