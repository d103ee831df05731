import { applyDecorators, HttpCode, type INestApplication, SetMetadata } from '@nestjs/common';
import { routesOf } from './routes.js';
import { anyRole, type Role } from './roles.js';
import { StartError } from './startError.js';

/** What a route asks of its caller. */
export type Demand = 'public' | readonly Role[];

const DEMAND = 'slipway:demand';

/** Any of these roles may call this route. An auditor may call every route that only reads. */
export const Permit = (...roles: [Role, ...Role[]] | readonly Role[]) => SetMetadata(DEMAND, roles);

/** Anyone may call this route, known or not. */
export const Public = () => SetMetadata(DEMAND, 'public' satisfies Demand);

const COMPUTES = 'slipway:computes';

/**
 * This route answers from its body alone and stores nothing, so everyone who is known may call it, an auditor too: they
 * recheck verdicts. Stands in the place of `@Permit` and `@HttpCode(200)` on a `@Post`; OpenAPI says `x-stores-nothing`.
 * Only for handlers that call pure functions: no store, no database, no `@Command`. `@Answers` beside it says what comes back.
 */
export const Computes = () => applyDecorators(Permit(...anyRole), HttpCode(200), SetMetadata(COMPUTES, true));

/** Whether a handler only computes. */
export const computes = (handler: object): boolean => Reflect.getMetadata(COMPUTES, handler) === true;

/** What a handler declares, or else its class; undefined when neither does. */
export function demandOf(handler: object, type: object): Demand | undefined {
  return (Reflect.getMetadata(DEMAND, handler) ?? Reflect.getMetadata(DEMAND, type)) as Demand | undefined;
}

/**
 * Refuses to start with a route that does not say who may call it, or that was laid past Nest, where no guard stands.
 * @throws StartError naming the routes
 */
export function assertEveryRouteDeclares(app: INestApplication): void {
  const { declared, served } = routesOf(app);
  const silent = declared
    .filter(({ handler, type }) => isSilent(demandOf(handler, type)))
    .map(({ method, path, name }) => `${method} ${path} (${name})`);
  const known = new Set(declared.map(({ method, path }) => `${method} ${path}`));
  const unguarded = served
    .filter((route) => !known.has(route) && !known.has(route.replace(/^HEAD /, 'GET ')))
    .map((route) => `${route} (outside of Nest)`);
  const faults = [...silent, ...unguarded];
  if (faults.length > 0)
    throw new StartError(`Routes without @Permit or @Public cannot be served: ${faults.join(', ')}.`);
}

const isSilent = (demand: Demand | undefined): boolean =>
  demand === undefined || (demand !== 'public' && demand.length === 0);
