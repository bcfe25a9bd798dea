const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a text is an id of this graph. What is none names nothing: look-ups answer null, as for an unknown id. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

const UUID_TEXT = /"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"/g;

/** All ids that a value of JSON names, each once. */
export function listUuids(value: unknown): string[] {
  return [...new Set([...(JSON.stringify(value) ?? '').matchAll(UUID_TEXT)].map(([, id]) => id ?? ''))];
}
