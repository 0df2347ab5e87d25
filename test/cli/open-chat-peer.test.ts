import { expect, test } from "vitest";
import { Departure } from "../../src/cli/departure.ts";
import { openChatPeer, type ChatPeer } from "../../src/cli/open-chat-peer.ts";
import type { RegistryNotice } from "../../src/cli/registry-sentences.ts";
import { notedLog } from "../adapters/noted-log.ts";
import { FakeHost } from "./fake-host.ts";

function open(host: FakeHost, user?: string): Promise<ChatPeer> {
  const password = { kind: "file", path: "secret" } as const;
  const signIn = user === undefined ? undefined : { registry: "127.0.0.1:8090", user, signUp: true, password };
  const options = { listen: "127.0.0.1:8081" };
  return openChatPeer({ options, signIn, host, departure: new Departure(host), log: notedLog().log });
}

test("without a registry it is a peer and nothing more", async () => {
  const host = new FakeHost();
  const chat = await open(host);
  expect([chat.peer, chat.membership, host.memberOptions]).toEqual([host.peer, undefined, undefined]);
  await chat.close();
  expect(host.peer.closed).toBe(1);
});

test("with one the user is signed in with the password, which is no part of the options", async () => {
  const host = new FakeHost();
  host.secrets.set("secret", Buffer.from("a password\n"));
  const chat = await open(host, "ali");
  expect([chat.membership, host.password]).toEqual([host.membership, "a password"]);
  expect(host.memberOptions).toMatchObject({ registry: "127.0.0.1:8090", user: "ali", signUp: true });
  expect(JSON.stringify(host.memberOptions)).not.toContain("a password");
  await chat.close();
  expect([host.membership.closed, host.peer.closed]).toEqual([1, 1]);
});

test("what happened before anybody listened is heard, first", async () => {
  const host = new FakeHost();
  host.secrets.set("secret", Buffer.from("a password"));
  const chat = await open(host, "ali");
  const heard: RegistryNotice[] = [];
  chat.onNotice((notice) => heard.push(notice));
  host.memberOptions?.onNews?.({ kind: "back" });
  expect(heard.map(({ news }) => news.kind)).toEqual(["signed-in", "back"]);
  expect(heard[0]).toMatchObject({ registry: "127.0.0.1:8090", user: "ali" });
});
