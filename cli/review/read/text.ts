import { StringDecoder } from "node:string_decoder";

/** The text of a file or of standard input, piece by piece, whatever wrote it: PowerShell's `>` writes UTF-16. */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: Decoder | undefined;
  for await (const piece of bytes) {
    const isFirst = decoder === undefined;
    decoder ??= decoderFor(piece);
    const text = decoder.write(piece);
    yield isFirst ? withoutMark(text) : text;
  }
  if (decoder !== undefined) yield decoder.end();
}

/** The whole of a text that is in memory already. */
export function wholeTextOf(bytes: Buffer): string {
  if (!isUtf16(bytes)) return withoutMark(bytes.toString("utf8"));
  const decoder = decoderFor(bytes);
  return `${decoder.write(bytes)}${decoder.end()}`;
}

interface Decoder {
  readonly write: (piece: Uint8Array) => string;
  readonly end: () => string;
}

/** By the byte order mark. Node's decoder of UTF-8 is several times as fast as the one that knows every encoding. */
function decoderFor(start: Uint8Array): Decoder {
  if (isUtf16(start)) {
    const decoder = new TextDecoder(start[0] === 0xff ? "utf-16le" : "utf-16be");
    return { write: (piece) => decoder.decode(piece, { stream: true }), end: () => decoder.decode() };
  }
  const decoder = new StringDecoder("utf8");
  return { write: (piece) => decoder.write(piece), end: () => decoder.end() };
}

function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function isUtf16(start: Uint8Array): boolean {
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
}
