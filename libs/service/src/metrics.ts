import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Every instrument of a process. Labels are routes, services, followers and statuses: sets the code bounds, never ids. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly inFlight: Gauge;
  readonly appends: Histogram<'outcome'>;
  readonly denials: Counter<'code'>;
  readonly relayLagEvents: Gauge<'service'>;
  readonly relayLagSeconds: Gauge<'service'>;
  readonly followerLagEvents: Gauge<'follower'>;
  readonly projectionAgeSeconds: Gauge<'projection'>;
  readonly overdueTimers: Gauge<'service'>;
  readonly parkedEvents: Gauge<'follower'>;
  readonly leases: Gauge<'service'>;
}

/** The instruments, in a registry of their own. `defaults` adds those of Node itself (memory, event loop, garbage). */
export function createMetrics(defaults = true): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `slipway_${name}`, help, labelNames, registers });
  if (defaults) collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: 'slipway_http_request_duration_seconds',
      help: 'Requests by route pattern and status: rate, errors and duration.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    inFlight: gauge('http_requests_in_flight', 'Requests being answered.'),
    appends: new Histogram({
      name: 'slipway_append_duration_seconds',
      help: 'Appends to the event store, until durable, by outcome.',
      labelNames: ['outcome'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    denials: new Counter({
      name: 'slipway_access_denied_total',
      help: 'Refused calls by code.',
      labelNames: ['code'],
      registers,
    }),
    relayLagEvents: gauge('relay_lag_events', 'Events stored and not yet relayed.', 'service'),
    relayLagSeconds: gauge('relay_lag_seconds', 'Age of the oldest event not yet relayed.', 'service'),
    followerLagEvents: gauge('follower_lag_events', 'Events stored and not yet handled.', 'follower'),
    projectionAgeSeconds: gauge(
      'projection_age_seconds',
      'How far a read model is behind the log.',
      'projection',
    ),
    overdueTimers: gauge('timers_overdue', 'Timers that are due and have not fired.', 'service'),
    parkedEvents: gauge('parked_events', 'Events set aside because they could not be handled.', 'follower'),
    leases: gauge('leases_held', 'Leases held by executors.', 'service'),
  };
}
