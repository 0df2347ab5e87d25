import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { TestBridge } from "./harness/bridge.ts";
import { useMesh, type Mesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { freeAddress } from "./harness/port.ts";
import { hasPython, PythonClient } from "./harness/python.ts";

const openMesh = useMesh();
const client = "examples/registry-chat/client.py";
const cs2Client = "examples/cs2/client.py";

/** Two peers with a registry at the first: what programs of this wire register at. */
async function start(
  mesh: Mesh,
): Promise<{ readonly near: TestPeer; readonly far: TestPeer; readonly registry: string }> {
  const near = await mesh.start("near", { id: "101", options: ["--bridge", "registry-chat=127.0.0.1:0"] });
  const far = await mesh.start("far", { id: "102", dials: [near], options: ["--name", "veli"] });
  await mesh.converged([near, far]);
  return { near, far, registry: near.all({ event: "ready" })[0]?.bridges?.[0]?.listen ?? "" };
}

/** A program that has registered. */
async function registered(name: string, registry: string, ...words: readonly string[]): Promise<PythonClient> {
  const program = new PythonClient(client, name, "--registry", registry, ...words);
  await program.match(/^registered /);
  return program;
}

/** The program types a search until it finds somebody: whoever has just come is known a moment later. */
async function untilFound(program: PythonClient, name: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const since = program.lines.end;
      program.type(`SEARCH ${name}`);
      expect(await program.match(/> (?:FOUND|NOTFOUND) /, since)).toContain(`> FOUND ${name} found. its `);
    },
    { timeout: 30_000 },
  );
}

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "programs of the registry talk with each other, with a peer two hops away, and with a program of another wire",
  async () => {
    const mesh = await openMesh();
    const { far, registry } = await start(mesh);
    await using there = new TestBridge(mesh, ["cs2", "--listen", "127.0.0.1:0", "--peer", far.listen]);
    await using other = new PythonClient(cs2Client, (await there.start()).listen, "--desired-id", "4242");
    await other.until("granted 4242");
    await using ali = await registered("ali", registry);
    await using beyza = await registered("beyza", registry);
    await using ahmet = await registered("ahmet", registry);

    ali.type("SEARCH ali");
    await ali.until("ali> INVALIDSEARCH you can't search yourself. search for other users");
    ali.type("SEARCH zeynep");
    await ali.until("ali> NOTFOUND user not found");
    await untilFound(ali, "beyza");
    await untilFound(ali, "veli");

    // Two programs: each is told the other's port, and they need the registry no more.
    ali.type("CHAT REQUEST beyza");
    await beyza.until("ali>  ali would like to chat with you? (OK/REJECT)");
    beyza.type("OK ali");
    await beyza.match(/^beyza> CLIENTOK you have entered into a private chat with ali\./);
    await ali.match(/^beyza> CLIENTOK beyza accepted the chat request\./);
    ali.type("straight | to you");
    await beyza.until("private ali: straight | to you");
    beyza.type("and EXIT");
    await ali.until("private beyza: and EXIT");
    ahmet.type("CHAT REQUEST ali");
    await ahmet.until("ahmet> BUSY the user is busy. try again later.");
    ali.type("LOGOUT");
    await ali.until("ali>  you are in a chat. leave it before you log out");
    ali.type("EXIT");
    await ali.until("ali> CLIENTEXIT you left the chat room.");
    await beyza.until("ali> CLIENTEXIT ali left the chat room. the chat room has been closed");

    // A peer two hops away, at the port that the bridge has for it.
    ali.type("CHAT REQUEST veli");
    await far.stdout.until("ali to ask", (line) => line.includes('"session"') && line.includes('"asked"'));
    far.type("/accept");
    await ali.match(/^veli> CLIENTOK veli accepted the chat request\./);
    ali.type("to a peer: a|b &&EXIT&& OK");
    const said = await far.until({ event: "message", text: "to a peer: a|b &&EXIT&& OK" });
    far.type("and back, EXIT");
    await ali.until("private veli: and back, EXIT");
    far.type("a|b");
    await far.until({ event: "status", to: said.from, status: "refused" });
    far.type("/end");
    await ali.until("veli> CLIENTEXIT veli left the chat room. the chat room has been closed");

    // A program of another wire, which knows no requests.
    await untilFound(ali, "4242");
    ali.type("CHAT REQUEST 4242");
    await ali.match(/^4242> CLIENTOK 4242 is not asked/);
    ali.type("to another wire");
    await other.until(`[${said.from}] to another wire`);
    other.type(`${said.from} and back from it`);
    await ali.until("private 4242: and back from it");
    ali.type("EXIT");
    await ali.until("ali> CLIENTEXIT you left the chat room.", 2);

    far.type("/who");
    await far.stdout.until("the list of who is there", (line) => line.includes('"via":"registry-chat 127.0.0.1:'));
  },
);

// Skipped: no python3 on this machine
test.skipIf(!hasPython)("a group chat of three programs and a peer two hops away", async () => {
  const mesh = await openMesh();
  const { far, registry } = await start(mesh);
  await using ali = await registered("ali", registry);
  await using beyza = await registered("beyza", registry);
  await using ahmet = await registered("ahmet", registry);
  await untilFound(ali, "veli");
  await untilFound(ali, "beyza");
  await untilFound(ali, "ahmet");

  ali.type("GROUP CHAT beyza ahmet veli");
  await ali.match(/^ali> {2}you have added yourself to group chat 1\./);
  for (const invited of [beyza, ahmet])
    await invited.until("ali>  ali would like to add you to group chat room 1? (OK/REJECT GROUP <room_number>)");
  beyza.type("OK GROUP 1");
  for (const member of [ali, beyza]) await member.until("beyza>  beyza joined the group chat");
  ahmet.type("REJECT GROUP 1");
  await ali.until("ahmet>  ahmet rejected the group chat request!");
  const invitation = await far.stdout.until(
    "an invitation",
    (line) => line.includes('"group"') && line.includes('"invited"'),
  );
  const { group } = JSON.parse(invitation) as { readonly group: string };
  far.type("/accept");
  for (const member of [ali, beyza]) await member.until("veli>  veli joined the group chat");

  ali.type("hello all");
  for (const member of [ali, beyza]) await member.until("ali: hello all");
  await far.until({ event: "message", text: "hello all" });
  far.type(`${group} hello you`);
  for (const member of [ali, beyza]) await member.until("veli: hello you");
  beyza.type("EXIT GROUP");
  await ali.until("beyza>  beyza left the chat room.");
  ali.type("EXIT GROUP");
  await ali.until("ali>  you left the chat room.");
  ali.type("LOGOUT");
  await ali.until("ali> LOGOUTSUCCESS");
});

// Skipped: no python3 on this machine
test.skipIf(!hasPython)("users outlive the bridge, and those who say hello are there while they do", async () => {
  const mesh = await openMesh();
  const near = await mesh.start("near", { id: "101" });
  const [listen, udp] = [await freeAddress(), await freeAddress()];
  const config = join(mesh.root, "bridges.ini");
  writeFileSync(config, `[registry-chat]\nlisten = ${listen}\nudp = ${udp}\npresence-ms = 2000\n`);
  await using bridge = new TestBridge(mesh, ["--config", config, "--peer", near.listen]);
  await bridge.start();
  await using ali = await registered("ali", listen, "--udp", udp, "--hello", "0.5");
  await using beyza = await registered("beyza", listen, "--udp", udp, "--hello", "60");
  await beyza.until("disconnected");
  ali.type("SEARCH ali");
  await ali.match(/> INVALIDSEARCH /);
  expect(ali.lines.items()).not.toContain("disconnected");
  near.type("ali before");
  await ali.match(/^101: before$/);
  // An answer to what came later: by then what was shown is known to be.
  ali.type("SEARCH zeynep");
  await ali.match(/> NOTFOUND /);
  await bridge.kill9();
  await ali.until("disconnected");
  near.type("ali after");
  await bridge.start();
  await using again = await registered("ali", listen, "--udp", udp, "--hello", "0.5");
  await again.until("101: after");
  expect(again.lines.items().filter((line) => line.startsWith("101: "))).toEqual(["101: after"]);
});
