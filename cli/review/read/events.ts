import { Unjudged } from "../../exit";
import { PreviewBuilder, type Preview } from "./preview";
import { isRecord, type JsonRecord } from "./values";

/** The engine's events, one a line: https://github.com/pulumi/pulumi, sdk/go/common/apitype/events.go. Never held whole. */
export class EventReader {
  readonly #builder = new PreviewBuilder();
  #rest = "";
  #line = 0;
  #madeAt: string | undefined;
  #summary: JsonRecord | undefined;
  #failed = false;

  constructor(
    readonly source: string,
    /** How many lines came before. */
    skipped: number,
  ) {
    this.#line = skipped;
  }

  add(piece: string): void {
    const text = this.#rest === "" ? piece : this.#rest + piece;
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#readLine(text.slice(start, end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  end(): Preview {
    if (this.#rest.trim() !== "") this.#readLine(this.#rest);
    if (this.#summary === undefined && !this.#failed)
      throw new Unjudged(`${this.source} is cut off: its last event is missing. Write the preview once more`);
    if (this.#summary?.isPreview === false)
      throw new Unjudged(`${this.source} is the log of a deployment: give it that of \`pulumi preview\``);
    const { resourceChanges, result } = this.#summary ?? {};
    const same = isRecord(resourceChanges) ? Number(resourceChanges.same ?? 0) : 0;
    return this.#builder.preview({
      source: this.source,
      format: "events",
      hidesUnchanged: same > this.#builder.count("same"),
      madeAt: this.#madeAt,
      failed: this.#failed || result === "failed",
    });
  }

  #readLine(text: string): void {
    this.#line += 1;
    // What follows the first summary is the deployment that was previewed. Outputs, and what the engine tells those who
    // debug it, are most of a stream.
    if (this.#summary !== undefined || OF_NO_INTEREST.test(text)) return;
    const event = this.#parsed(text);
    if (event !== undefined) this.#readEvent(event);
  }

  #parsed(text: string): JsonRecord | undefined {
    if (text.trim() === "") return undefined;
    try {
      const event: unknown = JSON.parse(text);
      if (isRecord(event)) return event;
    } catch {
      // Told below.
    }
    throw new Unjudged(
      `${this.source} is cut off, or mixed with other text: line ${this.#line} is no event. Keep the errors apart, ` +
        "with `2> errors.txt`",
    );
  }

  #readEvent(event: JsonRecord): void {
    if (this.#madeAt === undefined && typeof event.timestamp === "number")
      this.#madeAt = new Date(event.timestamp * 1000).toISOString();
    if (isRecord(event.resourcePreEvent)) this.#readStep(event.resourcePreEvent);
    else if (isRecord(event.diagnosticEvent)) this.#readMessage(event.diagnosticEvent);
    else if (isRecord(event.summaryEvent)) this.#summary = event.summaryEvent;
    else if (isRecord(event.errorEvent) || isRecord(event.resOpFailedEvent)) this.#failed = true;
  }

  #readStep({ metadata }: JsonRecord): void {
    if (!isRecord(metadata) || typeof metadata.op !== "string" || typeof metadata.urn !== "string") return;
    this.#builder.addStep(metadata.op, metadata.urn, metadata.old, metadata.new);
  }

  #readMessage({ urn, severity, message, ephemeral }: JsonRecord): void {
    if (typeof message !== "string" || ephemeral === true) return;
    this.#builder.addMessage(typeof urn === "string" ? urn : undefined, String(severity), message);
  }
}

/** By the first key after the event's number and time, without parsing the rest. */
const OF_NO_INTEREST =
  /^\s*\{"sequence":\d+,"timestamp":\d+,"(?:resOutputsEvent"|diagnosticEvent":\{"prefix":"debug: ")/;
