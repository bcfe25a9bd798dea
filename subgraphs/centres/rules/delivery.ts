import type { DeliveryStatus } from '../__generated__/resolvers.ts';

export function toDeliveryStatus(row: { readonly deliveredAt: unknown; readonly failedAt: unknown }): DeliveryStatus {
  if (row.deliveredAt) return 'DELIVERED';
  return row.failedAt ? 'FAILED' : 'WAITING';
}
