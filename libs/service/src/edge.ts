import { type DynamicModule, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { EventStore } from '#events';
import { AccessDenials } from './accessDenied.js';
import { ApiDocument } from './apiDocument.js';
import { ApiKeysController } from './apiKeys.controller.js';
import { AuthGuard } from './auth.guard.js';
import { authenticator } from './authenticate.js';
import { CLOCK, type Clock } from './clock.js';
import { DocsController } from './docs.controller.js';
import { HealthController } from './health.controller.js';
import { METRICS } from './httpHooks.js';
import { LOG, type Log } from './log.js';
import { MeController } from './me.controller.js';
import type { Metrics } from './metrics.js';
import { ProblemFilter } from './problem.filter.js';
import { Readiness } from './readiness.js';
import { SchemaPipe } from './schema.pipe.js';
import type { Issuer } from './token.js';

/** What the edge of a process is made of. */
export interface EdgeParts {
  readonly store: EventStore;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly issuers: readonly Issuer[];
  readonly readiness?: Readiness;
  /** The present; `() => new Date()` unless a test says otherwise. */
  readonly now?: Clock;
}

const FLUSH_EVERY = 5_000;

/** Keeps the counts of refusals moving to the log, and brings the last of them there at the stop. */
class DenialFlush implements OnModuleInit, OnApplicationShutdown {
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly denials: AccessDenials,
    private readonly now: Clock,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.denials.flush(this.now()), FLUSH_EVERY).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.denials.flush();
  }
}

@Module({})
class Edge {}

/**
 * The module that makes a process answer HTTP: guard, pipe and filter for every route of every module, the store, log,
 * clock, figures and readiness for whoever injects them, and the routes that every process has.
 */
export function edge(parts: EdgeParts): DynamicModule {
  const { store, log, metrics, issuers, readiness = new Readiness(), now = () => new Date() } = parts;
  const denials = new AccessDenials(store, log, metrics);
  const guard = new AuthGuard(authenticator(issuers, store), denials, now);
  const shared = [
    { provide: EventStore, useValue: store },
    { provide: LOG, useValue: log },
    { provide: METRICS, useValue: metrics },
    { provide: CLOCK, useValue: now },
    { provide: Readiness, useValue: readiness },
    { provide: ApiDocument, useValue: new ApiDocument() },
  ];
  return {
    module: Edge,
    global: true,
    controllers: [HealthController, DocsController, ApiKeysController, MeController],
    providers: [
      ...shared,
      { provide: APP_GUARD, useValue: guard },
      { provide: APP_PIPE, useValue: new SchemaPipe() },
      { provide: APP_FILTER, useValue: new ProblemFilter(log) },
      { provide: DenialFlush, useValue: new DenialFlush(denials, now) },
    ],
    exports: shared,
  };
}
