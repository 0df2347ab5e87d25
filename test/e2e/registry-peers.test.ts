import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSigner } from "../../src/adapters/node/signer.ts";
import { connectRegistry } from "../../src/compose-registry.ts";
import { useMesh } from "./harness/mesh.ts";
import { freeAddress } from "./harness/port.ts";
import { search, untilFound } from "./harness/told.ts";
import { said, Town, untilSaid } from "./harness/town.ts";

const openMesh = useMesh();

test("users sign up, the newcomers are called by those who are there, and messages go between them", async () => {
  await using town = await Town.open(await openMesh());
  const ali = await town.signUp("ali");
  expect(await untilSaid(ali, "signed-in")).toContain('"first":true');
  const veli = await town.signUp("veli");
  expect(await untilSaid(veli, "signed-in")).toContain('"first":false');
  await town.mesh.converged([ali, veli]);
  const selami = await town.signUp("selami");
  await town.mesh.converged([ali, veli, selami]);
  for (const [peer, name, id] of [
    [ali, "selami", selami.id],
    [veli, "selami", selami.id],
    [selami, "ali", ali.id],
  ] as const) {
    const line = peer.stdout.items().find((each) => each.includes(`"id":"${id}"`) && each.includes('"up"'));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ event: "peer", name, state: "up" });
  }
  selami.type("veli Hi there!");
  await veli.until({ event: "message", from: selami.id, text: "Hi there!" });
  expect(await search(ali, "VELI")).toMatchObject({
    ...{ answer: "online", peers: [{ id: veli.id, user: "verified", addresses: [veli.listen] }] },
    registry: { state: "online", user: "veli", id: veli.id, addresses: [veli.listen], busy: false },
  });
  expect(await search(ali, "ali")).toMatchObject({ answer: "self", registry: { state: "self", id: ali.id } });
  expect(await search(ali, "nobody")).toMatchObject({ answer: "unknown", registry: { state: "unknown" } });
  expect(await veli.stop()).toEqual({ code: 0, signal: null });
  // It waits a second for the registry, and no longer.
  await untilFound(ali, "veli", '"state":"offline"');
  expect(await search(ali, "veli")).toMatchObject({ answer: "absent", registry: { state: "offline", id: veli.id } });
});

/** Tries a wrong password of ali so many times. Without a process for each: of those few fit into the minute that gives a try back. */
async function guess({ registry }: Town, times: number): Promise<void> {
  const client = connectRegistry(registry.listen, createSigner());
  const entry = { name: "ali", password: "not the password", addresses: [] };
  for (let count = 0; count < times; count += 1)
    await expect(client.signIn(entry)).rejects.toMatchObject({ code: "bad-credentials" });
  client.close();
}

test("what the registry refuses is said in clear words, and the password is nowhere to be found", async () => {
  await using town = await Town.open(await openMesh(), "--max-live", "1", "--log-level", "trace");
  const ali = await town.signUp("ali");
  const refused = (...options: readonly string[]) => town.refusal(...options);
  const wrong = [1, "e3: the name or the password is wrong"];
  expect(await refused(...town.as("nobody", "the password of ali"))).toEqual(wrong);
  expect(await refused(...town.as("ali", "the password of ali", "--sign-up"))).toEqual([
    1,
    'e3: there is a user "ali" already; sign in, or take another name',
  ]);
  const full = "1 peers are online, the most that this registry admits; try again when some have left";
  expect(await refused(...town.as("veli", "the password of veli", "--sign-up"))).toEqual([1, `e3: ${full}`]);
  expect(await refused(...town.as("ali"))).toEqual([
    2,
    expect.stringContaining("there is nobody to ask for the password, as standard input is no terminal"),
  ]);
  expect(await refused(...town.as("ali", "not the password"))).toEqual(wrong);
  await guess(town, 9);
  expect((await refused(...town.as("ali", "the password of ali")))[1]).toMatch(/too many attempts; try again in \d+ s/);
  const nowhere = await freeAddress();
  const password = join(town.mesh.root, "ali.password");
  expect(await refused("--registry", nowhere, "--user", "ali", "--password-file", password)).toEqual([
    1,
    `e3: the registry at ${nowhere} does not answer`,
  ]);
  const files = readdirSync(town.mesh.stateOf("ali")).map((name) =>
    readFileSync(join(town.mesh.stateOf("ali"), name), "latin1"),
  );
  const trails = [ali, town.registry].flatMap(({ stdout, stderr }) => [...stdout.items(), ...stderr.items()]);
  expect([...files, ...trails].join("\n")).not.toContain("the password of ali");
});

test("a user that is killed comes back under its id, without a password, and gets what it missed", async () => {
  await using town = await Town.open(await openMesh());
  const [ali, veli] = [await town.signUp("ali"), await town.signUp("veli")];
  await town.mesh.converged([ali, veli]);
  const { id } = veli;
  await veli.kill9();
  await ali.until({ event: "peer", id, state: "down" });
  ali.type("veli while you were away");
  await veli.restart({ options: ["--state", town.mesh.stateOf("veli"), ...town.as("veli")] });
  expect(veli.id).toBe(id);
  await veli.until({ event: "message", from: ali.id, text: "while you were away" });
  await ali.until({ event: "status", to: id, status: "delivered" });
  expect(said(veli)).toEqual(["signed-in", "signed-in"]);
});

test("the registry dies and comes back: messages go on, one word each, and presence is as before", async () => {
  await using town = await Town.open(await openMesh());
  const [ali, veli] = [await town.signUp("ali"), await town.signUp("veli")];
  await town.mesh.converged([ali, veli]);
  await town.registry.kill9();
  for (const peer of [ali, veli]) await untilSaid(peer, "away");
  ali.type("veli without a registry");
  await veli.until({ event: "message", text: "without a registry" });
  expect(await search(ali, "veli")).toMatchObject({ peers: [{ user: "verified" }], registry: { state: "silent" } });
  // A user that is killed meanwhile finds its way back, too.
  const { id } = veli;
  await veli.kill9();
  await ali.until({ event: "peer", id, state: "down" });
  ali.type("veli without both");
  await veli.restart({ options: ["--state", town.mesh.stateOf("veli"), ...town.as("veli")] });
  await veli.until({ event: "message", from: ali.id, text: "without both" });
  expect(veli.id).toBe(id);
  await town.registry.start();
  for (const peer of [ali, veli]) await untilSaid(peer, "back");
  expect([said(ali), said(veli)]).toEqual([
    ["signed-in", "away", "back"],
    ["signed-in", "away", "away", "back"],
  ]);
  expect(await search(ali, "veli")).toMatchObject({ answer: "online", registry: { state: "online", id } });
  const selami = await town.signUp("selami");
  await town.mesh.converged([ali, selami]);
});

test("whoever signs in elsewhere is the user from then on, for all others, and who was there before is told and leaves", async () => {
  await using town = await Town.open(await openMesh());
  const veli = await town.signUp("veli");
  const ali = await town.signUp("ali");
  await town.mesh.converged([ali, veli]);
  const { id } = veli;
  const elsewhere = await town.mesh.start("elsewhere", { options: town.as("VELI", "the password of veli") });
  expect(elsewhere.id).toBe(id);
  expect(await untilSaid(veli, "ended")).toContain('"reason":"veli signed in elsewhere","elsewhere":true');
  expect(await veli.exit()).toEqual({ code: 0, signal: null });
  await town.mesh.converged([ali, elsewhere]);
  ali.type("veli where are you");
  await elsewhere.until({ event: "message", from: ali.id, text: "where are you" });
  expect(await search(ali, "veli")).toMatchObject({ answer: "online", peers: [{ id, user: "verified" }] });
});

test("a user whose peer was killed is found again as soon as it signs in elsewhere", async () => {
  await using town = await Town.open(await openMesh());
  const [ali, veli] = [await town.signUp("ali"), await town.signUp("veli")];
  await town.mesh.converged([ali, veli]);
  const { id } = veli;
  await veli.kill9();
  await ali.until({ event: "peer", id, state: "down" });
  const since = ali.events.end;
  const elsewhere = await town.mesh.start("elsewhere", { options: town.as("veli", "the password of veli") });
  expect(elsewhere.id).toBe(id);
  await ali.until({ event: "peer", id, state: "up" }, { since });
  ali.type("veli and now");
  await elsewhere.until({ event: "message", from: ali.id, text: "and now" });
  expect(await search(ali, "veli")).toMatchObject({ peers: [{ id, user: "verified" }] });
});
