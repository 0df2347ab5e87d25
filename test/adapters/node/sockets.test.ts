import { createSockets } from "../../../src/adapters/node/sockets.ts";
import { socketsContract } from "../../contract/sockets.ts";

socketsContract("sockets of the machine", () => createSockets());
