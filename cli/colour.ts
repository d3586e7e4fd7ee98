import { isatty } from "node:tty";

/** Whether results are coloured: only on a terminal, and where nobody wants them without. https://no-color.org */
export function isColoured(asked: boolean): boolean {
  return asked && isatty(1) && (process.env.NO_COLOR ?? "") === "";
}
