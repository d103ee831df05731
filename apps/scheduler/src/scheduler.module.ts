import { Module } from '@nestjs/common';
import { projector, reactor } from '#events';
import { serviceProviders } from '#service/platform';
import { CanaryController } from './canary.controller.js';
import { ConflictsController } from './conflicts.controller.js';
import { deadlines } from './deadlines.js';
import { deployments } from './deployments.js';
import { DeploymentsController } from './deployments.controller.js';
import { ExecutionController } from './execution.controller.js';
import { freezes } from './freezes.js';
import { FreezesController } from './freezes.controller.js';
import { InterchangeController } from './interchange.controller.js';
import { migrations } from './migrations.js';
import { PlansController } from './plans.controller.js';
import { approvals, fire, releases } from './reactions.js';
import { SlotsController } from './slots.controller.js';
import { TimeController } from './time.controller.js';
import { SequencesController } from './sequences.controller.js';

/** The read models of the scheduler, for following and for rebuilding. */
export const projections = [deployments, freezes, deadlines];

@Module({
  controllers: [
    CanaryController,
    ConflictsController,
    SequencesController,
    DeploymentsController,
    ExecutionController,
    FreezesController,
    InterchangeController,
    PlansController,
    SlotsController,
    TimeController,
  ],
  providers: serviceProviders({
    service: 'scheduler',
    migrations,
    followers: (store, db) => [
      projector(deployments),
      projector(freezes),
      projector(deadlines),
      reactor(approvals(store, db)),
      reactor(releases(store)),
    ],
    fire,
  }),
})
export class SchedulerModule {}
