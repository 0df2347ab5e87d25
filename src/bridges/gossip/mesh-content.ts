import type { Content } from "../../peer/types.ts";
import { type Announcement, announcedBytesMax } from "./announcement.ts";

/** The media type of an announcement in the mesh. */
export const announcementType = "application/vnd.e3.announcement";

/** An announcement as it goes through the mesh, and where its sender has it from. */
export interface MeshAnnouncement {
  readonly announcement: Announcement;
  /**
   * Who announced it: a module of the sending bridge; or somebody among original peers, from whom other bridges may have it
   * as well, without anything to tell that it is the same but its bytes.
   */
  readonly by: "module" | "peers";
}

/** The content that carries it: ttl u8, by u8 (0 module, 1 peers), type u16 big-endian, data. */
export function writeMeshContent({ announcement, by }: MeshAnnouncement): Exclude<Content, string> {
  const { ttl, type, data } = announcement;
  const bytes = new Uint8Array(headBytes + data.length);
  bytes.set([ttl, by === "module" ? 0 : 1, type >> 8, type & 0xff]);
  bytes.set(data, headBytes);
  return { contentType: announcementType, data: bytes };
}

/** The announcement in a content; or why a gossip program cannot take it, in a sentence. */
export function readMeshContent(content: Content): MeshAnnouncement | string {
  if (typeof content === "string") return "a gossip program takes announcements, and no text";
  const { contentType, data: bytes } = content;
  if (contentType !== announcementType) return `a gossip program takes contents of the type ${announcementType} only`;
  if (bytes.length < headBytes) return `an announcement has ${headBytes} bytes or more`;
  if (bytes.length > headBytes + announcedBytesMax)
    return `an announcement has ${announcedBytesMax} bytes of data at most`;
  const [ttl = 0, by = 0, high = 0, low = 0] = bytes;
  const announcement = { ttl, type: high * 256 + low, data: bytes.subarray(headBytes) };
  return { announcement, by: by === 0 ? "module" : "peers" };
}

const headBytes = 4;
