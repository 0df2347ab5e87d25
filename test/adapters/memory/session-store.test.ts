import { memorySessionStore } from "../../../src/adapters/memory/session-store.ts";
import { sessionStoreContract } from "../../contract/session-store.ts";

sessionStoreContract("a session in memory", () => Promise.resolve(memorySessionStore()));
