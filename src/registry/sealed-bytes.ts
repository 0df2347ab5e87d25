import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SignedCredentialSchema } from "../gen/e3/v1/registry_pb.ts";
import type { SealedCredential } from "./credential.ts";

/** A sealed credential in bytes, as an advert states it; none of an empty one. */
export function sealedBytes({ credential, signature }: SealedCredential): Uint8Array {
  return toBinary(SignedCredentialSchema, create(SignedCredentialSchema, { credential, signature }));
}

/** The credential in such bytes; undefined when there is none. Whether it holds is not looked at. */
export function sealedOf(bytes: Uint8Array): SealedCredential | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const { credential, signature } = fromBinary(SignedCredentialSchema, bytes);
    return { credential, signature };
  } catch {
    return undefined;
  }
}
