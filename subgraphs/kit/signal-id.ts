import { createHash } from 'node:crypto';

/**
 * The id of the signal that a record of a source system causes at the centres: the same whoever computes it, so that the
 * sender can refer to the signal before the centres have taken it in (I-04). A UUID of version 8.
 */
export function signalIdOf(sourceSystem: string, sourceRecordId: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([sourceSystem, sourceRecordId]))
    .digest();
  hash[6] = (hash.readUInt8(6) & 0x0f) | 0x80;
  hash[8] = (hash.readUInt8(8) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
