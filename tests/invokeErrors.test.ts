import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { INVOKE_MEANINGS, invokeRefusal } from "../components/check/invokeErrors";
import { failedCheckText } from "../components/check/warnings";
import { ApiError } from "../lab/cloud/apiError";
import { INVOKE_ERRORS } from "../lab/cloud/invokeErrors";
import { sdkText } from "../lab/provider/lifecycle";

const CALL = { service: "lambda", action: "Invoke", sequence: 7 };
const provided = (told: string): string => `1 error occurred:\n\t* invoking Lambda Function (probe): ${told}\n\n`;

/** What a reader is told of these errors, behind the error itself. */
interface Told {
  readonly codes: readonly string[];
  readonly waitsFor?: string;
  readonly remedy: string;
}

const TOLD = new Map(
  (JSON.parse(readFileSync(resolve("tests/cases/invokeErrors.json"), "utf8")) as readonly Told[]).flatMap((told) =>
    told.codes.map((code) => [code, told] as const),
  ),
);

describe("what Lambda refuses an invocation with", () => {
  for (const { code, message, statusCode, passes } of INVOKE_ERRORS) {
    it(`is waited for where AWS says that it passes, and told with what to do: ${code}`, () => {
      for (const attempts of [undefined, 25]) {
        const error = provided(sdkText(new ApiError(code, message, statusCode, CALL, attempts)));
        const refusal = invokeRefusal(error);
        assert.deepEqual(
          [refusal?.code, refusal?.waitsFor !== undefined, refusal?.isFailed],
          [code, passes === true, false],
        );
        const text = failedCheckText({ name: "private-a", stage: "canary", phase: "before" }, error);
        assert.ok(
          text.includes(`${code}: `) && text.includes(` ${TOLD.get(code)?.remedy} Nothing is rolled back`),
          text,
        );
      }
    });
  }

  it("is told with what was waited for, and what to do, in these words", () => {
    const details = { sinceMillis: Date.UTC(2026, 10, 28, 12), nowMillis: Date.UTC(2026, 10, 28, 12, 10) };
    const waited = "That was waited for from 2026-11-28T12:00:00Z to 2026-11-28T12:10:00Z";
    for (const [code, { waitsFor, remedy }] of TOLD) {
      const error = provided(sdkText(new ApiError(code, "Lambda refuses it", 400, CALL)));
      const text = failedCheckText({ name: "private-a", stage: "canary", phase: "before" }, error, details);
      const told = waitsFor === undefined ? remedy : `${waited}: ${waitsFor}. ${remedy}`;
      assert.ok(text.includes(`${code}: Lambda refuses it. ${told} Nothing is rolled back`), text);
    }
    assert.deepEqual([...TOLD.keys()].sort(), Object.keys(INVOKE_MEANINGS).sort());
  });

  it("is every error of the API, and no other", () => {
    assert.deepEqual(
      Object.keys(INVOKE_MEANINGS),
      INVOKE_ERRORS.map(({ code }) => code),
    );
  });

  it("is in the documentation, each with whether it is waited for", () => {
    const page = readFileSync(resolve("docs/reconnect-check.md"), "utf8");
    const rows = [...page.matchAll(/^\| ((?:`\w+Exception`(?:, )?)+)(?: [^|]*)? \| (waited for|final)\b/gm)];
    const documented = rows.flatMap(([, codes = "", then = ""]) =>
      [...codes.matchAll(/\w+/g)].map(([code]) => [code, then]),
    );
    assert.deepEqual(
      Object.fromEntries(documented),
      Object.fromEntries(INVOKE_ERRORS.map(({ code, passes }) => [code, passes ? "waited for" : "final"])),
    );
    assert.equal(documented.length, INVOKE_ERRORS.length);
  });

  it("is told apart from what a function throws, whatever its name", () => {
    for (const told of [
      '{"errorType":"TooManyRequestsException","errorMessage":"TooManyRequestsException: operation error Lambda: ' +
        'Invoke, "}',
      '{"errorType":"Error","errorMessage":"invoking Lambda Function (g): operation error Lambda: InvokeAsync, ' +
        'ServiceException: no"}',
      "https response error StatusCode: 0, RequestID: , canceled, context canceled",
      "operation error Lambda: Invoke, https response error StatusCode: 400, RequestID: 1, api error " +
        "UnheardOfException: no",
    ]) {
      assert.equal(invokeRefusal(provided(told)), undefined, told);
    }
  });

  it("is final where the function could not be set up, which the same error tells", () => {
    const refusal = invokeRefusal(
      provided(
        sdkText(
          new ApiError(
            "ResourceConflictException",
            "The operation cannot be performed at this time. The function is currently in the following state: Failed",
            409,
            CALL,
          ),
        ),
      ),
    );
    assert.deepEqual([refusal?.isFailed, refusal?.waitsFor], [true, undefined]);
  });
});
