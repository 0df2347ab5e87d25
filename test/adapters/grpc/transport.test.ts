import { createGrpcTransport } from "../../../src/adapters/grpc/transport.ts";
import { transportContract } from "../../contract/transport.ts";
import { silent } from "./log.ts";

const frameBytesMax = 300 * 1_024;

transportContract("gRPC", () => ({
  make: () => createGrpcTransport({ services: [], log: silent, messageBytesMax: frameBytesMax }),
  frameBytesMax,
}));
