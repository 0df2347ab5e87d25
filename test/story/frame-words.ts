import { fromBinary } from "@bufbuild/protobuf";
import { FrameSchema, type Frame } from "../../src/gen/e3/v1/link_pb.ts";
import {
  advertWords,
  answerWords,
  deltaWords,
  digestWords,
  helloWords,
  questionWords,
  welcomeWords,
} from "./link-words.ts";
import { MailWords, type Way } from "./mail-words.ts";
import type { Names } from "./names.ts";

/** What a story can be asked to tell: what people see, and three kinds of frames. */
export type Topic = "people" | "mail" | "links" | "topology";

/** A frame in words. */
export interface Words {
  readonly topic: Topic;
  readonly lines: readonly string[];
}

/** FrameWords: whole frames in words, read with the generated code alone. */
export class FrameWords {
  readonly #names: Names;
  readonly mail: MailWords;

  constructor(names: Names) {
    this.#names = names;
    this.mail = new MailWords(names);
  }

  /** What the frame says. Every frame must come by here, told or not: names are learned on the way. */
  of(bytes: Uint8Array, way: Way): Words {
    const { frame } = fromBinary(FrameSchema, bytes);
    if (frame.case === "hello" || frame.case === "welcome") this.#names.learnKey(frame.value.key, way.from);
    if (frame.case === "envelopes") return { topic: "mail", lines: this.mail.batch(frame.value.envelopes, way) };
    if (frame.case === "question") return { topic: "topology", lines: [questionWords(frame.value, this.#names)] };
    if (frame.case === "answer") return { topic: "topology", lines: [answerWords(frame.value, this.#names)] };
    if (frame.case === "adverts" || frame.case === "digest") return { topic: "topology", lines: this.#topology(frame) };
    return { topic: "links", lines: this.#links(frame) };
  }

  #topology(frame: Extract<Frame["frame"], { case: "adverts" | "digest" }>): readonly string[] {
    const names = this.#names;
    if (frame.case === "digest") return digestWords(frame.value, names);
    const { adverts, deltas } = frame.value;
    return [...adverts.map((advert) => advertWords(advert, names)), ...deltas.map((delta) => deltaWords(delta, names))];
  }

  #links(frame: Frame["frame"]): readonly string[] {
    switch (frame.case) {
      case "hello":
        return [helloWords(frame.value, this.#names)];
      case "welcome":
        return [welcomeWords(frame.value, this.#names)];
      case "confirm":
        return ["Confirm: the link is up"];
      case "goodbye":
        return [`Goodbye: ${frame.value.message}`];
      default: // Pings and pongs are no news.
        return [];
    }
  }
}

/** What a frame carries, as `lose` names it. */
export type Cargo = "message" | "receipt" | "parcel" | "advert";

/** Whether the frame carries such a thing. */
export function carries(bytes: Uint8Array, cargo: Cargo): boolean {
  const { frame } = fromBinary(FrameSchema, bytes);
  if (frame.case === "adverts") return cargo === "advert";
  if (frame.case !== "envelopes") return false;
  return frame.value.envelopes.some(({ conversation, body }) => {
    if (conversation !== 0n) return cargo === "message";
    return body.case === "receipts" ? cargo === "receipt" : body.case === "custody" && cargo === "parcel";
  });
}
