import { expect, test } from "vitest";
import { listenFault } from "../../../src/adapters/node/listen-fault.ts";

test("a port in use is told from an address that cannot be had, and the cause is kept", () => {
  const taken = Object.assign(new Error("bind"), { code: "EADDRINUSE" });
  expect(listenFault("127.0.0.1:80", taken)).toMatchObject({ code: "port-in-use", cause: taken });
  const denied = Object.assign(new Error("bind"), { code: "EACCES" });
  expect(listenFault("127.0.0.1:80", denied)).toMatchObject({
    code: "address-unavailable",
    message: "127.0.0.1:80 cannot be listened on (EACCES)",
  });
  expect(listenFault("127.0.0.1:80", new Error("odd")).message).toMatch(/\(odd\)$/);
});
