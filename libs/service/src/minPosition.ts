import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BadInput } from './problems.js';

/** A read model did not reach the position that was asked for in time; the edge answers 425. */
export class NotYet extends Error {
  constructor(
    readonly position: number,
    readonly reached: number,
  ) {
    super(`The read model is at position ${reached}, not yet at ${position}.`);
    this.name = 'NotYet';
  }
}

/** The value of a `Min-Position` header: a position of the log, from 0. */
export function minPositionOf(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const position = typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  const detail = 'A position of the log as a write answers it in `Position`, such as 1234.';
  throw new BadInput([{ in: 'header', pointer: '/Min-Position', rule: 'position', detail }]);
}

const MIN_POSITION = 'slipway:minPosition';

const minPosition = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined =>
  minPositionOf(context.switchToHttp().getRequest<FastifyRequest>().headers['min-position']),
);

/** Gives a handler the position up to which its answer must reach; undefined when any will do. */
export const MinPosition = (): ParameterDecorator => (target, key, index) => {
  minPosition()(target, key, index);
  if (key !== undefined)
    Reflect.defineMetadata(MIN_POSITION, true, (target as Record<PropertyKey, object>)[key]!);
};

/** Whether a handler understands `Min-Position`. */
export const takesMinPosition = (handler: object): boolean =>
  Reflect.getMetadata(MIN_POSITION, handler) === true;
