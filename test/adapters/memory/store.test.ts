import { createMemoryStore } from "../../../src/adapters/memory/store.ts";
import { storeContract } from "../../contract/store.ts";

storeContract("the memory store", async () => createMemoryStore());
