import 'reflect-metadata';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { ApiKeysController } from '../../libs/service/src/apiKeys.controller.js';
import { DocsController } from '../../libs/service/src/docs.controller.js';
import { HealthController } from '../../libs/service/src/health.controller.js';
import { MeController } from '../../libs/service/src/me.controller.js';
import { OpsController } from '../../libs/service/src/ops.controller.js';

export interface DeclaredRoute {
  readonly path: string;
}

/** What every process answers, whichever services it runs. */
const EDGE = [HealthController, DocsController, ApiKeysController, MeController, OpsController];

/** The routes that the controllers of a module declare, or those of the edge, without starting anything. */
export function routesIn(module: Function | 'edge'): DeclaredRoute[] {
  const controllers: readonly Function[] =
    module === 'edge' ? EDGE : (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Function[]);
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, Function>;
    const handlers = new MetadataScanner().getAllMethodNames(prototype).map((key) => prototype[key]!);
    return handlers
      .filter((handler) => Reflect.hasMetadata(METHOD_METADATA, handler))
      .flatMap((handler) =>
        pathsOf(controller).flatMap((base) => pathsOf(handler).map((path) => joined(base, path))),
      );
  });
}

const pathsOf = (target: Function): string[] =>
  [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const joined = (...parts: string[]): DeclaredRoute => ({
  path: `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`,
});
