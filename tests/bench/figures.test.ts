import assert from "node:assert/strict";
import {
  growth,
  importFigures,
  operationFigures,
  spread,
  type Measurements,
  type Operation,
} from "../../tools/bench/figures";
import { interleaved, type Variant } from "../../tools/bench/pairs";
import { targets } from "../../tools/bench/targets";

/** Measurements with these seconds, and ten times as many MiB. */
function measured(
  operation: Operation,
  tables: number,
  pairs: readonly (readonly [component: number, byHand: number])[],
): Measurements {
  const usage = (seconds: number) => ({
    seconds,
    programCpuSeconds: seconds / 2,
    programPeakMebibytes: seconds * 10,
    enginePeakMebibytes: seconds * 10,
  });
  return {
    operation,
    tables,
    pairs: pairs.map(([component, byHand]) => ({ component: usage(component), byHand: usage(byHand) })),
  };
}

const IMPORTS = importFigures(
  Array.from({ length: 5 }, (_, i) => ({
    component: { millis: 112 + i, lastMillis: 12 },
    byHand: { millis: 100 + i, lastMillis: 60 },
  })),
);

describe("the figures of the benchmark", () => {
  it("are medians with the lowest and the highest", () => {
    assert.deepEqual(spread([3, 1, 10]), { median: 3, lowest: 1, highest: 10 });
    assert.deepEqual(spread([4, 1, 2, 3]), { median: 2.5, lowest: 1, highest: 4 });
  });

  it("compare pair by pair, so that a slow moment that meets both does not count", () => {
    const { seconds, repetitions } = operationFigures(
      measured("preview", 100, [
        [2.2, 2],
        [11, 10],
        [2.4, 2],
      ]),
    );
    assert.equal(repetitions, 3);
    assert.deepEqual(seconds.times, { median: 1.1, lowest: 1.1, highest: 1.2 });
    assert.deepEqual(seconds.component, { median: 2.4, lowest: 2.2, highest: 11 });
  });

  it("leave the engine's memory out where the system does not tell it", () => {
    const { pairs, ...rest } = measured("preview", 1, [
      [1, 1],
      [1, 1],
    ]);
    const [first, second] = pairs;
    assert.ok(first !== undefined && second !== undefined);
    const unknown = { ...second, byHand: { ...second.byHand, enginePeakMebibytes: undefined } };
    assert.equal(operationFigures({ ...rest, pairs: [first, unknown] }).enginePeakMebibytes, null);
  });

  it("tell what a route table more adds to a preview", () => {
    const [only, ...others] = growth([
      measured("preview", 100, [[3, 2]]),
      measured("preview", 30, [[1.6, 1.3]]),
      measured("up", 300, [[9, 9]]),
    ]);
    assert.deepEqual(others, []);
    assert.deepEqual([only?.fromTables, only?.toTables], [30, 100]);
    assert.deepEqual(
      [only?.millisPerTable.component, only?.millisPerTable.byHand].map((millis) => millis?.median.toFixed(3)),
      ["20.000", "10.000"],
    );
  });

  it("are measured in turn, every other pair in the other order", async () => {
    const order: Variant[] = [];
    const pairs = await interleaved(2, (variant, repetition) => Promise.resolve([order.push(variant), repetition]));
    assert.deepEqual(order, ["component", "byHand", "byHand", "component"]);
    assert.deepEqual(pairs, [
      { component: [1, 0], byHand: [2, 0] },
      { component: [4, 1], byHand: [3, 1] },
    ]);
  });
});

describe("the targets of the benchmark", () => {
  const verdicts = (measurements: readonly Measurements[], imports = IMPORTS): readonly (boolean | null)[] => {
    const operations = measurements.map(operationFigures);
    return targets(operations, growth(measurements), imports).map(({ reached }) => reached);
  };

  it("are reached where nothing is dearer than promised", () => {
    const sizes = [
      measured("preview", 30, [[1.6, 1.5]]),
      measured("preview", 100, [[2.3, 2.2]]),
      measured("preview", 300, [[4.3, 4.2]]),
    ];
    assert.deepEqual(
      verdicts([
        ...sizes,
        measured("unchanged preview", 100, [[1, 1]]),
        measured("preview with gates", 300, [[10.9, 10]]),
      ]),
      Array(7).fill(true),
    );
  });

  it("are missed each by itself", () => {
    const sizes = [
      measured("preview", 30, [[1.6, 1.5]]),
      measured("preview", 100, [[2.3, 2]]),
      measured("preview", 300, [[5.3, 5.2]]),
    ];
    const dear = importFigures(
      Array.from({ length: 5 }, () => ({
        component: { millis: 116, lastMillis: 16 },
        byHand: { millis: 100, lastMillis: 60 },
      })),
    );
    assert.deepEqual(
      verdicts(
        [...sizes, measured("unchanged preview", 100, [[1.2, 1]]), measured("preview with gates", 300, [[11.6, 10]])],
        dear,
      ),
      Array(7).fill(false),
    );
  });

  it("are not judged by what was not measured, or once only", () => {
    assert.deepEqual(
      verdicts(
        [measured("preview", 10, [[9, 1]])],
        importFigures([{ component: { millis: 200, lastMillis: 100 }, byHand: { millis: 100, lastMillis: 60 } }]),
      ),
      Array(7).fill(null),
    );
  });
});
