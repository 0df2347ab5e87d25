import { createEntropy } from "../../../src/adapters/node/entropy.ts";
import { entropyContract } from "../../contract/entropy.ts";

entropyContract("the node entropy", createEntropy);
