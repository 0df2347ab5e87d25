import { bundleItemsMax } from "../../src/core/body.ts";
import { readMail, type Mail } from "../../src/core/kept.ts";
import { headerOf } from "./room.ts";

/** An envelope as a custodian reads it, which it can. */
export function mailOf(envelope: Uint8Array): Mail {
  const mail = readMail(envelope, headerOf(envelope), bundleItemsMax);
  if (mail === undefined) throw new Error("nobody could hand it on");
  return mail;
}
