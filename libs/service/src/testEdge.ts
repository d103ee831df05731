import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventStore, MemoryEventStore } from '#events';
import type { Clock } from './clock.js';
import { edge } from './edge.js';
import { configureHttp, httpAdapter, httpOptions, initHttp } from './http.js';
import { createLog } from './log.js';
import { createMetrics, type Metrics } from './metrics.js';
import type { Readiness } from './readiness.js';
import type { Issuer } from './token.js';

/** What a test may choose; the rest is real. */
export interface TestEdge {
  readonly controllers?: Type[];
  readonly store?: EventStore;
  readonly issuers?: readonly Issuer[];
  readonly now?: Clock;
  readonly readiness?: Readiness;
}

/** A running edge over test controllers, and what it wrote to its log. */
export interface RunningEdge {
  readonly app: NestFastifyApplication;
  readonly store: EventStore;
  readonly metrics: Metrics;
  readonly lines: Record<string, unknown>[];
}

@Module({})
class Controllers {}

/** Starts the edge as a process would, on no port; `tamper` may touch the application before it is initialised. */
export async function startEdge(
  test: TestEdge = {},
  tamper: (app: NestFastifyApplication) => void = () => undefined,
): Promise<RunningEdge> {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('debug', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const metrics = createMetrics(false);
  const { store = new MemoryEventStore(), issuers = [], controllers = [], ...rest } = test;
  const root = {
    module: Controllers,
    controllers,
    imports: [edge({ ...rest, store, log, metrics, issuers })],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, httpAdapter(), {
    ...httpOptions,
    logger: false,
  });
  configureHttp(app, { log, metrics });
  tamper(app);
  await initHttp(app);
  return { app, store, metrics, lines };
}
