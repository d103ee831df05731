import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { limitOf } from './bodies.js';
import { LOG, type Log } from './log.js';
import { problemOf } from './problemOf.js';
import { HttpProblem, problems, typeOf } from './problems.js';
import { currentTrace } from './trace.js';

/** The media type of RFC 9457. */
export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** The problem document of a refusal. */
export function documentOf(problem: HttpProblem, correlationId?: string): Record<string, unknown> {
  const { status, title } = problems[problem.problem];
  return {
    type: typeOf(problem.problem),
    title,
    status,
    detail: problem.detail,
    ...problem.members,
    correlationId,
  };
}

/** Every error of every route becomes a problem document here, and nowhere else. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers, and keeps the cause of what is not the caller's fault: a 500 in full, a 503 in one line. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = told(problemOf(error), request);
    const { status } = problems[problem.problem];
    if (status === 500) this.log.error({ err: error }, 'request failed');
    if (status === 503) this.log.warn({ reason: messageOf(error) }, 'request refused: unavailable');
    if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
    const document = documentOf(problem, currentTrace()?.correlationId);
    void reply.status(status).headers(problem.headers).type(PROBLEM_JSON).send(JSON.stringify(document));
  }
}

/** What only the request knows: the limit of its route, or that there is no route. */
function told(problem: HttpProblem, request: FastifyRequest): HttpProblem {
  if (problem.problem === 'not-found' && request.is404)
    return new HttpProblem('not-found', 'There is nothing at this address.');
  if (problem.problem === 'too-large' && !('violations' in problem.members))
    return new HttpProblem('too-large', `The body may have ${limitOf(request)} bytes here.`);
  return problem;
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message;
};
