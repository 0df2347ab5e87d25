/** System calls by which a peer changes what a later start finds. */
export const durableCalls = [
  "mkdir",
  "openat",
  "write",
  "pwrite64",
  "writev",
  "pwritev",
  "fsync",
  "fdatasync",
  "sync_file_range",
  "msync",
  "rename",
  "renameat",
  "renameat2",
  "ftruncate",
  "truncate",
  "fallocate",
  "unlink",
] as const;

/** The name of such a call. */
export type DurableCall = (typeof durableCalls)[number];

/** Which calls are looked at, and what happens at some of them. */
export interface Injection {
  /** Where strace writes what it saw. */
  readonly trace: string;
  /** Only calls on these files; "stdout" is the peer's standard output. */
  readonly files: readonly string[];
  readonly fault: Fault | undefined;
}

/** What happens at a call. */
export type Fault =
  /** The process is killed on entering the nth such call of any of its threads; the call is not carried out. */
  | { readonly kind: "kill"; readonly call: DurableCall; readonly nth: number }
  /** These calls of each thread fail, from the first to the last one counted. */
  | {
      readonly kind: "error";
      readonly calls: readonly DurableCall[];
      readonly error: "EIO" | "ENOSPC";
      readonly first: number;
      readonly last: number;
    };

/**
 * The words before a command that has it run under strace.
 *
 * Not with --seccomp-bpf, though it would be faster: strace 6.1 then delivers no injected signal.
 */
export function straceWords({ trace, files, fault }: Injection): readonly string[] {
  const paths = files.filter((file) => file !== "stdout").flatMap((file) => ["-P", file]);
  const words = ["-f", "-qq", "-y", "-s", "0", "-o", trace, ...paths, "-e", `trace=${durableCalls.join(",")}`];
  if (fault !== undefined) words.push("-e", `inject=${injected(fault)}`);
  if (!files.includes("stdout")) return ["strace", ...words];
  // Only the process itself can name the pipe that it was given.
  return ["sh", "-c", 'exec strace -P "$(readlink /proc/$$/fd/1)" "$@"', "strace", ...words];
}

function injected(fault: Fault): string {
  if (fault.kind === "kill") return `${fault.call}:signal=SIGKILL:when=${fault.nth}`;
  return `${fault.calls.join(",")}:error=${fault.error}:when=${fault.first}..${fault.last}`;
}
