import 'reflect-metadata';
import type { Server } from 'node:http';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { EventStore, ServiceName } from '#events';
import { CONFIG, type Config } from './config.js';
import { openDevelopmentIssuer } from './developmentIssuer.js';
import { edge } from './edge.js';
import { sampleGauges } from './gauges.js';
import { configureHttp, httpAdapter, httpOptions, initHttp } from './http.js';
import { createLog, type Log, nestLogger } from './log.js';
import { MeasuredStore } from './measuredStore.js';
import { createMetrics, type Metrics } from './metrics.js';
import { watch } from './observing.js';
import { oidcIssuer } from './oidcIssuer.js';
import { OpsController } from './ops.controller.js';
import { type Bus, Platform } from './platform.js';
import { Readiness } from './readiness.js';
import { StartError } from './startError.js';
import type { Issuer } from './token.js';

/** A service as the process that runs it sees it. */
export interface Service {
  readonly name: ServiceName;
  readonly module: Type;
}

export interface BootOptions {
  readonly config: Config;
  readonly services: readonly Service[];
  readonly databaseUrl: string;
  readonly store: EventStore;
  readonly log?: Log;
  readonly now?: () => Date;
}

/** A process that answers. `stop` ends it in order: unready, HTTP, loops, carrier, log, databases. */
export interface Running {
  readonly app: NestFastifyApplication;
  readonly platform: Platform;
  readonly url: string;
  stop(): Promise<void>;
}

/** How long requests that are being answered may take at the stop, in milliseconds. */
const ANSWERS_WITHIN = 5_000;

@Module({})
class Process {}

/**
 * Starts services in this process, on one port.
 * @throws StartError in one line, when it cannot
 */
export async function boot(options: BootOptions): Promise<Running> {
  const { config, log = createLog(config.LOG_LEVEL), services, databaseUrl, now } = options;
  const metrics = createMetrics();
  const bus = await busOf(config, log, metrics);
  const store = new MeasuredStore(options.store, metrics);
  const readiness = new Readiness();
  const platform = new Platform({ databaseUrl, store, bus, log, observer: watch(metrics, log) });
  try {
    const app = await create(options, { log, metrics, store, readiness, platform, now });
    watchReadiness(readiness, platform);
    await initHttp(app);
    const url = await listen(app, config);
    const stopSampling = sampleGauges(platform, metrics, (err) =>
      log.debug({ err }, 'Figures could not be taken.'),
    );
    const stop = async () => {
      stopSampling();
      readiness.stop();
      // Who has not read their answer by then will not; the others are not to wait for them.
      const late = setTimeout(() => (app.getHttpServer() as Server).closeAllConnections(), ANSWERS_WITHIN);
      await app.close();
      clearTimeout(late);
      await platform.close();
    };
    log.info({ url, services: services.map(({ name }) => name) }, 'Ready.');
    return { app, platform, url, stop };
  } catch (error) {
    await platform.close().catch(() => {});
    throw error;
  }
}

interface Parts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: EventStore;
  readonly readiness: Readiness;
  readonly platform: Platform;
  readonly now?: () => Date;
}

async function create({ config, services }: BootOptions, parts: Parts): Promise<NestFastifyApplication> {
  const { log, metrics, platform } = parts;
  const root = {
    module: Process,
    global: true,
    imports: [edge({ ...parts, issuers: await issuersOf(config) }), ...services.map(({ module }) => module)],
    controllers: [OpsController],
    providers: [
      { provide: CONFIG, useValue: config },
      { provide: Platform, useValue: platform },
    ],
    exports: [CONFIG, Platform],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, httpAdapter(), {
    ...httpOptions,
    logger: nestLogger(log),
  });
  configureHttp(app, { log, metrics });
  return app;
}

async function issuersOf(config: Config): Promise<Issuer[]> {
  return [
    ...(config.oidc ? [oidcIssuer(config.oidc)] : []),
    ...(config.developmentIssuer ? [await openDevelopmentIssuer(config.SLIPWAY_DATA)] : []),
  ];
}

/** The carrier between services, where they do not read the log themselves. */
async function busOf({ SLIPWAY_BUS }: Config, log: Log, metrics: Metrics): Promise<Bus | undefined> {
  if (SLIPWAY_BUS === 'log') return undefined;
  // The client is loaded only where it is used.
  const { kafkaBus } = await import('./kafkaBus.js');
  return kafkaBus(SLIPWAY_BUS.replace('kafka://', '').split(','), log, metrics);
}

function watchReadiness(readiness: Readiness, platform: Platform): void {
  readiness.register('store', async () => ({
    ok: true,
    detail: `at position ${await platform.store.head()}`,
  }));
  for (const following of platform.followings) {
    readiness.register(`${following.service} database`, async () => {
      await following.db.query('select 1');
      return { ok: true, detail: 'answers' };
    });
    readiness.register(`${following.service} loops`, async () => {
      const troubles = [...following.troubles].map(([name, { error }]) => `${name}: ${error}`);
      return { ok: troubles.length === 0, detail: troubles.join('; ') || 'all get on' };
    });
  }
  const { bus } = platform;
  if (bus)
    readiness.register(
      'kafka',
      async () => ({ ok: bus.trouble() === undefined, detail: bus.trouble() ?? 'carries' }),
      false,
    );
}

async function listen(app: NestFastifyApplication, { HOST, PORT }: Config): Promise<string> {
  try {
    // Past Nest, which would write a second account of a port that is taken.
    const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    return await fastify.listen({ port: PORT, host: HOST });
  } catch (error) {
    await app.close().catch(() => {});
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartError(
        `Port ${PORT} of ${HOST} is taken; set PORT to another one, or stop what listens there.`,
      );
    if (code === 'EACCES')
      throw new StartError(
        `Port ${PORT} of ${HOST} may not be used by this account; set PORT to another one.`,
      );
    throw new StartError(`The server cannot listen on ${HOST}:${PORT}: ${message}`, { cause: error });
  }
}
