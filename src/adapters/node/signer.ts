import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  KeyObject,
  sign,
  verify,
} from "node:crypto";
import { E3Error } from "../../core/error.ts";
import type { Signer } from "../../ports/signer.ts";
import { BoundedMap } from "./bounded-map.ts";

const publicKeyBytes = 32;
const signatureBytes = 64;

/** Imported keys kept, so that a neighbour's key is not parsed for every advert. About 1 KiB each. */
const importedMax = 4_096;

/**
 * Ed25519 and SHA-256 of Node's OpenSSL.
 *
 * @param privateKey an Ed25519 key, as an object or as PKCS 8 in DER. Default: a fresh one.
 * @throws E3Error "bad-option" when it is anything else.
 */
export function createSigner(privateKey?: KeyObject | Uint8Array): Signer {
  return new NodeSigner(privateKey === undefined ? freshKey() : importPrivateKey(privateKey));
}

class NodeSigner implements Signer {
  readonly publicKey: Uint8Array;
  readonly #privateKey: KeyObject;
  readonly #imported = new BoundedMap<string, KeyObject>(importedMax);

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    // The 32 bytes of the key are the last of its SubjectPublicKeyInfo (RFC 8410, section 4).
    this.publicKey = Uint8Array.from(spki.subarray(-publicKeyBytes));
  }

  sign(bytes: Uint8Array): Uint8Array {
    return plainBytes(sign(null, bytes, this.#privateKey));
  }

  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
    if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
    try {
      return verify(null, bytes, this.#import(publicKey), signature);
    } catch {
      // OpenSSL throws for 32 bytes that are no point of the curve; to the caller that is simply not a signature.
      return false;
    }
  }

  sha256(bytes: Uint8Array): Uint8Array {
    return plainBytes(createHash("sha256").update(bytes).digest());
  }

  #import(raw: Uint8Array): KeyObject {
    const name = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString("latin1");
    const known = this.#imported.get(name);
    if (known !== undefined) return known;
    // As a JWK (RFC 8037), since OpenSSL's way through DER takes five times as long, and every newcomer brings a key.
    const x = Buffer.from(name, "latin1").toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    this.#imported.set(name, key);
    return key;
  }
}

function freshKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey;
}

function importPrivateKey(given: KeyObject | Uint8Array): KeyObject {
  try {
    const key =
      given instanceof KeyObject ? given : createPrivateKey({ key: Buffer.from(given), format: "der", type: "pkcs8" });
    if (key.type === "private" && key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw notAKey(cause);
  }
  throw notAKey(undefined);
}

function notAKey(cause: unknown): E3Error {
  return new E3Error("bad-option", "the private key must be an Ed25519 key (PKCS 8)", { cause });
}

/** A plain view: Buffer's own methods differ from Uint8Array's (slice shares memory), and callers are promised the latter. */
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
