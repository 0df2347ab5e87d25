import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import type { Effect } from "../../src/core/effect.ts";
import { FrameSchema, type Frame } from "../../src/gen/e3/v1/link_pb.ts";

/** The frame as it travels. */
export function frameBytes(frame: NonNullable<MessageInitShape<typeof FrameSchema>["frame"]>): Uint8Array {
  return toBinary(FrameSchema, create(FrameSchema, { frame }));
}

/** Control frames among the effects, on one link or on all. */
export function framesOf(effects: readonly Effect[], link?: number): readonly Frame["frame"][] {
  return effects.flatMap((effect) =>
    effect.kind === "frame" && (link === undefined || effect.link === link)
      ? [fromBinary(FrameSchema, effect.bytes).frame]
      : [],
  );
}

type Case = NonNullable<Frame["frame"]["case"]>;
type Value<C extends Case> = Extract<Frame["frame"], { case: C }> extends { value: infer V } ? V : never;

/** What the frames of one case say. */
export function saidOf<C extends Case>(effects: readonly Effect[], name: C, link?: number): readonly Value<C>[] {
  const said: Value<C>[] = [];
  for (const frame of framesOf(effects, link)) if (isCase(frame, name)) said.push(frame.value);
  return said;
}

/** Effects of one kind. */
export function kindOf<K extends Effect["kind"]>(
  effects: readonly Effect[],
  kind: K,
): readonly Extract<Effect, { kind: K }>[] {
  return effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);
}

function isCase<C extends Case>(
  frame: Frame["frame"],
  name: C,
): frame is Frame["frame"] & { readonly case: C; readonly value: Value<C> } {
  return frame.case === name;
}
