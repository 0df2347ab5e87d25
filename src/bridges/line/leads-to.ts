import { isLoopback, sameAddress } from "../../core/address.ts";

/** Whether who dials an address gets to what listens at another, as far as their text tells. */
export function leadsTo(dialled: string, listening: string): boolean {
  if (sameAddress(dialled, listening)) return true;
  if (portOf(dialled) !== portOf(listening)) return false;
  // Everywhere is also here, and to dial everywhere is to dial this machine.
  const [isEverywhere, isDialledHere] = [isUnspecified(listening), isUnspecified(dialled)];
  return (isEverywhere && (isDialledHere || isLoopback(dialled))) || (isDialledHere && isLoopback(listening));
}

function isUnspecified(address: string): boolean {
  return address.startsWith("0.0.0.0:") || address.startsWith("[::]:");
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(":") + 1);
}
