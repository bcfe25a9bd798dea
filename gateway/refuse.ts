import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '../schema/codes.ts';

/** Answers a request that never becomes GraphQL: a status, and one coded error as GraphQL has them. */
export function refuse(reply: FastifyReply, status: number, code: ErrorCode, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}
