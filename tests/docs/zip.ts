/** An archive with files in it that are not compressed. */
export function storedZip(files: Readonly<Record<string, string>>): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const numbers = [20, 0, 0, 0, 0, crc32(content), content.length, content.length, path.length, 0];
    const entry = Buffer.concat([record("PK\u0003\u0004", numbers, "2222244422"), path, content]);
    const listed = record("PK\u0001\u0002", [20, ...numbers, 0, 0, 0, 0, offset], "22222244422222" + "44");
    entries.push(entry);
    directory.push(listed, path);
    offset += entry.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = entries.length;
  const end = record("PK\u0005\u0006", [0, 0, count, count, size, offset, 0], "2222442");
  return Buffer.concat([...entries, ...directory, end]);
}

/** A signature, and numbers in so many bytes each. */
function record(signature: string, numbers: readonly number[], widths: string): Buffer {
  return Buffer.concat([
    Buffer.from(signature, "latin1"),
    ...numbers.map((number, i) => {
      const bytes = Buffer.alloc(Number(widths[i]));
      bytes.writeUIntLE(number, 0, bytes.length);
      return bytes;
    }),
  ]);
}

function crc32(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
