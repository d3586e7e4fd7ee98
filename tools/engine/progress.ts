/** Tells a waiting person what takes so long. */
export type Progress = <T>(title: string, work: () => Promise<T>) => Promise<T>;

export const silently: Progress = (_title, work) => work();

/**
 * Progress with the elapsed time: on a terminal a line that updates in place, elsewhere one line at the start and one
 * at the end, so that a log stays readable.
 */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return async (title, work) => {
    const started = Date.now();
    const line = (state: string): string => `${title} … ${state}${seconds(started)} s`;
    const update = (state: string): void => void stream.write(stream.isTTY ? `\r\x1b[K${line(state)}` : "");
    if (!stream.isTTY) stream.write(`${title} …\n`);
    const timer = setInterval(() => update(""), 1000);
    const end = (state: string): void => {
      clearInterval(timer);
      stream.write(stream.isTTY ? `\r\x1b[K${line(state)}\n` : `${line(state)}\n`);
    };
    update("");
    try {
      const result = await work();
      end("done, ");
      return result;
    } catch (error) {
      end("not possible, ");
      throw error;
    }
  };
}

function seconds(started: number): number {
  return Math.round((Date.now() - started) / 1000);
}
