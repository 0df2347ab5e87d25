import { createSigner } from "../../src/adapters/node/signer.ts";
import { cpuUsEach } from "./stopwatch.ts";

/** As long as the advert of a peer with four links. */
const advertBytes = 180;

/** What Ed25519 costs, which everything else here is measured without. */
export function measureSignatures(): { readonly signUs: number; readonly verifyUs: number } {
  const signer = createSigner();
  const bytes = new Uint8Array(advertBytes);
  const signature = signer.sign(bytes);
  return {
    signUs: cpuUsEach(100, () => void signer.sign(bytes)),
    verifyUs: cpuUsEach(100, () => void signer.verify(signer.publicKey, bytes, signature)),
  };
}
