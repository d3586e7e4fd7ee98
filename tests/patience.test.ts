import assert from "node:assert/strict";
import fc from "fast-check";
import { nextPauseMillis, waitEndsAt, type Wait } from "../components/check/patience";

const MINUTE = 60_000;

describe("the patience with what passes by itself", () => {
  const cases: readonly { title: string; wait: Partial<Wait>; spread: number; pause: number | undefined }[] = [
    { title: "begins with half a second", wait: {}, spread: 1, pause: 500 },
    { title: "is spread down to half of that", wait: {}, spread: 0, pause: 250 },
    { title: "doubles with each failure", wait: { failures: 4 }, spread: 1, pause: 4_000 },
    { title: "asks four times a minute at least", wait: { failures: 40 }, spread: 1, pause: 15_000 },
    {
      title: "lasts five minutes, however long the provider has tried",
      wait: { nowMillis: 5 * MINUTE - 1, lastMillis: 0 },
      spread: 1,
      pause: 500,
    },
    {
      title: "goes on after five minutes where the next attempt ends within ten",
      wait: { nowMillis: 5 * MINUTE, lastMillis: 1 * MINUTE },
      spread: 1,
      pause: 500,
    },
    {
      title: "ends where an attempt like the last would end after ten",
      wait: { nowMillis: 6 * MINUTE, lastMillis: 2 * MINUTE },
      spread: 1,
      pause: undefined,
    },
    {
      title: "ends after five minutes where an attempt takes as long",
      wait: { nowMillis: 5 * MINUTE, lastMillis: 0 },
      spread: 1,
      pause: undefined,
    },
    {
      title: "goes on where an attempt like the last ends at ten minutes",
      wait: { nowMillis: 6 * MINUTE, lastMillis: 2 * MINUTE + 500 },
      spread: 1,
      pause: 500,
    },
    {
      title: "ends where it ends a moment later",
      wait: { nowMillis: 6 * MINUTE, lastMillis: 2 * MINUTE + 499 },
      spread: 1,
      pause: undefined,
    },
    {
      title: "ends before the window closes",
      wait: { nowMillis: MINUTE, lastMillis: MINUTE, closesAtMillis: MINUTE + 500 },
      spread: 1,
      pause: undefined,
    },
    {
      title: "goes on while the window is open",
      wait: { nowMillis: MINUTE, lastMillis: MINUTE, closesAtMillis: MINUTE + 501 },
      spread: 1,
      pause: 500,
    },
  ];
  for (const { title, wait, spread, pause } of cases) {
    it(title, () =>
      assert.equal(
        nextPauseMillis(
          { sinceMillis: 0, lastMillis: wait.nowMillis ?? 0, nowMillis: 0, failures: 1, ...wait },
          spread,
        ),
        pause,
      ),
    );
  }

  it("is between five and ten minutes, with fewer attempts than the engine allows", () => {
    const chance = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(chance, fc.integer({ min: 0, max: 60_000 }), (spreads, attemptMillis) => {
        let [nowMillis, lastMillis, failures] = [attemptMillis, 0, 1];
        for (;;) {
          const pause = nextPauseMillis(
            { sinceMillis: 0, lastMillis, nowMillis, failures },
            spreads[failures % spreads.length] ?? 0,
          );
          if (pause === undefined) break;
          lastMillis = nowMillis + pause;
          nowMillis = lastMillis + attemptMillis;
          failures += 1;
        }
        assert.ok(nowMillis >= 5 * MINUTE && nowMillis <= 10 * MINUTE, `${nowMillis} ms`);
        assert.ok(failures < 100, `${failures} attempts`);
      }),
    );
  });

  it("says when it ends", () => {
    const sinceMillis = Date.parse("2026-11-28T12:00:00.250Z");
    assert.equal(waitEndsAt({ sinceMillis }), "2026-11-28T12:10:00Z");
    assert.equal(
      waitEndsAt({ sinceMillis, closesAtMillis: Date.parse("2026-11-28T12:10:01Z") }),
      "2026-11-28T12:10:00Z",
    );
    assert.equal(
      waitEndsAt({ sinceMillis, closesAtMillis: sinceMillis + 10 * MINUTE }),
      "2026-11-28T12:10:00Z, when the window closes",
    );
    assert.equal(
      waitEndsAt({ sinceMillis, closesAtMillis: Date.parse("2026-11-28T13:04:30+01:00") }),
      "2026-11-28T12:04:30Z, when the window closes",
    );
  });
});
