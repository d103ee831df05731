import autocannon from 'autocannon';
import type { Bench, Context } from './bench.js';
import { child } from './child.js';
import { planOf } from './facts.js';
import { compete, type Contender, figure } from './round.js';
import { alone, beside } from './row.js';

const CONNECTIONS = 64;

export const bench: Bench = {
  goal: 'P10',
  title: 'PUT /v1/deployments/{id} over HTTP, 64 connections',
  meaning:
    'Every request is a new deployment by somebody with a token: authenticated, checked, its conflicts looked up, stored, answered with its position. First by the scheduler in a process of its own, then by all services in one, which also open its change, score it and enter it into the ledger. Beside them a Nest application on Fastify that checks the same body with zod and sends it back.',
  async run(context) {
    const scheduler = await serve(context, 'httpProduct.ts', 'scheduler');
    const all = await serve(context, 'httpProduct.ts');
    const echo = await serve(context, 'httpEcho.ts');
    const results = await compete({ scheduler, all, echo }, context.rounds, context.say);
    const peer = { what: 'Nest + Fastify + zod echo', values: figure(results.echo, 'rate') };
    return [
      beside('PUT, the scheduler alone', 'requests/s', figure(results.scheduler, 'rate'), peer, {
        atLeast: 0.3,
      }),
      alone('answered within, p99, the scheduler alone', 'ms', figure(results.scheduler, 'p99')),
      beside('PUT, all services in one process', 'requests/s', figure(results.all, 'rate'), peer),
      alone('answered within, p99, all services', 'ms', figure(results.all, 'p99')),
    ];
  },
};

interface Server {
  readonly url: string;
  readonly token: string;
}

/** A server in a process of its own, and how to put it under load. */
async function serve(context: Context, program: string, only?: string): Promise<Contender> {
  const url = await context.database();
  const server = child<Server, null>(program, { url, folder: context.folder, only });
  context.use(server, ({ go, answer }) => {
    go();
    return answer;
  });
  const { url: address, token } = await server.ready;
  let n = 0;
  return async (warm) => {
    const duration = warm ? 2 : context.scale < 0.1 ? 2 : 4;
    const result = await autocannon({
      url: address,
      connections: CONNECTIONS,
      duration,
      requests: [{ method: 'PUT', headers: headersOf(token), setupRequest: (request) => anew(request, n++) }],
    });
    if (result.non2xx + result.errors > 0)
      throw new Error(`${program} refused ${result.non2xx} requests, and ${result.errors} broke off.`);
    return { rate: result['2xx'] / result.duration, p99: result.latency.p99 };
  };
}

const headersOf = (token: string): Record<string, string> => ({
  'content-type': 'application/json',
  ...(token && { authorization: `Bearer ${token}` }),
});

const anew = (request: autocannon.Request, n: number): autocannon.Request => ({
  ...request,
  path: `/v1/deployments/p10-${n}`,
  body: JSON.stringify(planOf(n)),
});
