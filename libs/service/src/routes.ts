import { type INestApplication, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

type Handler = (...args: never[]) => unknown;

/** A route as its controller declares it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly handler: Handler;
  readonly type: object;
}

const servedBy = new WeakMap<object, string[]>();

/** Notes every route that the router comes to serve; to be called before there are any. */
export function noteRoutes(fastify: FastifyInstance): void {
  const served: string[] = [];
  servedBy.set(fastify, served);
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) served.push(`${each} ${url}`);
  });
}

/** The routes that controllers declare, and those that the router serves (`GET /x`). */
export function routesOf(app: INestApplication): { declared: readonly Route[]; served: readonly string[] } {
  const modules = [...app.get(ModulesContainer).values()];
  const types = modules.flatMap(({ controllers }) =>
    [...controllers.values()].map(({ metatype }) => metatype),
  );
  const declared = [...new Set(types)].flatMap((type) => (type ? routesOfType(type) : []));
  return { declared, served: servedBy.get(app.getHttpAdapter().getInstance() as object) ?? [] };
}

function routesOfType(type: Function): Route[] {
  const prototype = type.prototype as Record<string, Handler>;
  const handlers = new MetadataScanner().getAllMethodNames(prototype);
  const bases = pathsOf(type);
  return handlers.flatMap((key) => {
    const handler = prototype[key]!;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const name = `${type.name}.${key}`;
    return bases.flatMap((base) =>
      pathsOf(handler).map((path) => ({
        method: RequestMethod[method],
        path: join(base, path),
        name,
        handler,
        type,
      })),
    );
  });
}

const pathsOf = (target: object): string[] =>
  [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const join = (...parts: string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
