import type { WireFault } from "../parser.ts";
import { parseCommand } from "./command.ts";
import { FrameParser } from "./frame-parser.ts";

/** Reads a datagram: one frame, which says that somebody is still there. Nothing else is said by datagram. */
export function readHello(datagram: Uint8Array): { readonly name: string } | WireFault {
  const parser = new FrameParser();
  const { items, fault } = parser.push(datagram);
  const [payload, ...others] = items;
  const left = fault ?? parser.end().fault;
  if (left !== undefined) return left;
  if (payload === undefined || others.length > 0)
    return { code: "malformed", reason: "a datagram is not one frame, no more and no less" };
  const command = parseCommand(payload);
  if ("code" in command) return command;
  if (command.kind !== "hello") return { code: "malformed", reason: "a datagram is not &&HELLO&&|name" };
  return { name: command.name };
}
