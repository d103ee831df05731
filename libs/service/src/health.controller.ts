import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CLOCK, type Clock } from './clock.js';
import { METRICS } from './httpHooks.js';
import type { Metrics } from './metrics.js';
import { Public } from './permit.js';
import { Readiness, type Report } from './readiness.js';

/** For orchestrators and Prometheus. */
@Controller()
@Public()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** The process runs; restart it when this does not answer. */
  @Get('health/live')
  live(): { status: string } {
    return { status: 'alive' };
  }

  /** Whether requests should be sent here; 503 when not. `degraded` names parts that are silent but not needed for commands. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Report> {
    const report = await this.readiness.report(this.now().getTime());
    if (!report.ready) reply.status(503).header('retry-after', '5');
    return report;
  }

  /** All figures in the text format of Prometheus. */
  @Get('metrics')
  async figures(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
