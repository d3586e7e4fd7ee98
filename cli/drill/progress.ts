import { printable } from "../../components/args/printable";
import type { DrillEvent } from "./events";
import { counted } from "../words";

/** What is seen of a drill while it lasts, on stderr: each turn of events, and what the client prints. */
export class Progress {
  #isFirstRequest = true;

  constructor(readonly write: (text: string) => void) {}

  /** Of the client: marked, so that it is not taken for the drill's own. */
  line(text: string): void {
    this.write(`| ${printable(text, 2000)}\n`);
  }

  say(text: string): void {
    this.write(`${text}\n`);
  }

  event(event: DrillEvent): void {
    const text = this.#text(event);
    if (text !== undefined) this.say(`${(event.at / 1000).toFixed(1).padStart(6)} s  ${text}`);
  }

  #text(event: DrillEvent): string | undefined {
    switch (event.type) {
      case "clientStarted":
        return "the client has been started";
      case "asked":
        if (!this.#isFirstRequest) return undefined;
        this.#isFirstRequest = false;
        return `its first request: ${printable(event.operation, 40)}`;
      case "ready":
        return "it is at work";
      case "broken":
        return `break ${event.number}, ${event.kind}: ${counted(event.connections.length, "connection")}`;
      case "denying":
        return "every request is denied";
      case "clientEnded":
        return event.hasLeftOthers ? "it has ended, and left processes that work on" : "it has ended";
      case "finished":
        return "the drill ends";
      default:
        return undefined;
    }
  }
}
