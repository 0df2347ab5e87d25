/**
 * Reads an IP address: IPv4 in four decimal parts, or IPv6 without brackets and zone.
 *
 * @returns its normal form, so that equal addresses are equal text: IPv4 dotted, IPv6 as RFC 5952 writes it and in
 * brackets, and an IPv4 address mapped into IPv6 (::ffff:1.2.3.4) as the IPv4 address it stands for. Undefined when it
 * is not an IP address.
 */
export function parseIp(text: string): string | undefined {
  if (!text.includes(":")) return parseIpv4(text)?.join(".");
  const groups = parseIpv6(text);
  if (groups === undefined) return undefined;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped
    ? groups
        .slice(6)
        .flatMap((group) => [group >> 8, group & 0xff])
        .join(".")
    : `[${compress(groups)}]`;
}

function parseIpv4(text: string): readonly number[] | undefined {
  // No leading zeros: some programs read them as octal, and 010.0.0.1 must not be two addresses.
  const match = /^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/.exec(text);
  const parts = match?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) ? parts : undefined;
}

/** Eight groups of 16 bits (RFC 4291, section 2.2). */
function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "", halves.length === 1);
  const tail = parseGroups(halves[1] ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** Groups between colons; only the last of an address may be an IPv4 address. */
function parseGroups(text: string, last: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const dotted = last && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (dotted !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = dotted;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** RFC 5952: the first longest run of at least two zero groups becomes "::", the rest is lower-case hexadecimal. */
function compress(groups: readonly number[]): string {
  let start = 0;
  let longest = 0;
  for (let at = 0, run = 0; at < groups.length; at++) {
    run = groups[at] === 0 ? run + 1 : 0;
    if (run <= longest) continue;
    longest = run;
    start = at - run + 1;
  }
  const hex = groups.map((group) => group.toString(16));
  if (longest < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + longest).join(":")}`;
}
