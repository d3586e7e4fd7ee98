import assert from "node:assert/strict";
import { formatOf, recordsOf, seenTogether, type LogFormat } from "../../../cli/preflight/facts/flowRecords";

const FORMAT = "${interface-id} ${bytes} ${start} ${end} ${pkt-dst-aws-service}";
const WHOLE = `\${version} ${FORMAT} \${flow-direction} \${action} \${traffic-path}`;

const formatted = (text: string): LogFormat => formatOf(text) ?? assert.fail(text);

describe("the records of flow logs", () => {
  const PATTERNS: readonly (readonly [format: string, pattern: string | undefined])[] = [
    [FORMAT, "[f1, f2, f3, f4, f5=DYNAMODB]"],
    [WHOLE, "[f1, f2, f3, f4, f5, f6=DYNAMODB, f7=egress, f8=ACCEPT, f9]"],
    [FORMAT.replace("${bytes} ", ""), undefined],
    [FORMAT.replace("pkt-dst-aws-service", "pkt-src-aws-service"), undefined],
    ["${version} ${account-id} ${interface-id} ${srcaddr} ${bytes} ${start} ${end}", undefined],
    ["", undefined],
  ];
  for (const [format, pattern] of PATTERNS)
    it(`are found by the places of their fields: ${format}`, () => assert.equal(formatOf(format)?.pattern, pattern));

  const line = (more: Partial<Record<"id" | "bytes" | "path", string>> = {}): string =>
    `5 ${more.id ?? "eni-1"} ${more.bytes ?? "100"} 1769850000 1769850060 DYNAMODB egress ACCEPT ${more.path ?? "1"}`;

  it("are summed up by interface, with when and by what way", () => {
    const records = recordsOf(
      [line(), line({ bytes: "50", path: "7" }), line({ id: "eni-2" }), line({ path: "-" })],
      formatted(WHOLE),
    );
    const times = { firstAt: "2026-01-31T09:00:00.000Z", lastAt: "2026-01-31T09:01:00.000Z" };
    assert.deepEqual(seenTogether([records]), [
      { networkInterfaceId: "eni-1", bytes: 250, ...times, trafficPaths: ["1", "7"] },
      { networkInterfaceId: "eni-2", bytes: 100, ...times, trafficPaths: ["1"] },
    ]);
  });

  it("of two flow logs of one interface do not count twice", () => {
    const [one, two] = [["10", "20"], ["10"]].map((all) =>
      recordsOf(
        all.map((bytes) => line({ bytes })),
        formatted(WHOLE),
      ),
    );
    const [seen, ...others] = seenTogether([one ?? [], two ?? []]);
    assert.deepEqual([seen?.bytes, others], [30, []]);
  });

  it("are left out where they are not as the format says", () => {
    const wrong = ["", "eni-1", line({ id: "<b>eni" }), line({ bytes: "-" }), `${line()} more`, "5 - - - - NODATA"];
    assert.deepEqual(recordsOf(wrong, formatted(WHOLE)), []);
    const late = recordsOf(["eni-1 1 999999999999999 999999999999999 DYNAMODB"], formatted(FORMAT));
    assert.equal(seenTogether([late]).length, 1);
  });
});
