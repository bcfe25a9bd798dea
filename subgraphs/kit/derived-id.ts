import { createHash } from 'node:crypto';

/**
 * The id of something that is already named by others, such as the fact that an incident puts two people in conflict: whoever makes it from the
 * same names gets the same id, in every agency and however often. A UUID of version 8.
 */
export function deriveId(kind: string, ...names: readonly string[]): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([kind, ...names]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
