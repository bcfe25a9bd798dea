/**
 * Every code that a client can meet outside `userErrors`, with its meaning: `errors[].extensions.code`.
 * Codes of refused commands are the values of the enum `UserErrorCode` in common.graphql.
 */
export const ERROR_CODES = {
  UNAUTHENTICATED: 'The request carries no token, or one that is expired, forged or of another issuer.',
  FORBIDDEN: 'The caller may not use this operation at all.',
  PURPOSE_REQUIRED: 'Personal data are read or changed: the header x-purpose must name one of the purposes.',
  INVALID_INPUT: 'An argument or a variable is not of its form; the message says which form it must have.',
  IIN_INVALID: 'The IIN is not twelve digits with a real date and the right check digit.',
  AGENCY_UNAVAILABLE:
    'The agency named in `extensions.agency` did not answer; its fields under `extensions.paths` are null.',
  NOT_IMPLEMENTED: 'The contract has this field, this release does not answer it yet.',
  INTERNAL: 'Something broke; the log has the details under `extensions.requestId`.',
  RATE_LIMITED: 'Too many requests of this kind from this caller.',
  BAD_REQUEST: 'The body is not one GraphQL request in JSON.',
  METHOD_NOT_ALLOWED: 'GraphQL is spoken by POST only: personal data never stand in an address.',
  UNSUPPORTED_MEDIA_TYPE: 'The content type must be application/json.',
  PAYLOAD_TOO_LARGE: 'The body is larger than the server takes.',
  NOT_FOUND: 'There is nothing at this address.',
  NOT_READY: 'The server is starting or stopping and takes no requests; ask again in a moment.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'The document has several operations, and the request does not say which one to run.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
