import { MessageChannel } from "node:worker_threads";
import { afterAll } from "vitest";
import type { Agenda } from "../../src/testing/agenda.ts";

/**
 * For suites that know of no agenda: what is returned lets an agenda's time pass by itself while the file's tests run, one
 * millisecond with each turn of the event loop. Call it once at the top of the file.
 */
export function usePassing(): (agenda: Agenda) => Agenda {
  const agendas = new Set<Agenda>();
  const { port1, port2 } = new MessageChannel();
  port1.on("message", () => {
    for (const agenda of agendas) {
      const byMs = agenda.nowMs + 1;
      while (agenda.step(byMs));
    }
    if (agendas.size > 0) port2.postMessage(undefined);
  });
  afterAll(() => {
    agendas.clear();
    port1.close();
  });
  return (agenda) => {
    if (agendas.size === 0) port2.postMessage(undefined);
    agendas.add(agenda);
    return agenda;
  };
}
