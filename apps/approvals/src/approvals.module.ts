import { Module } from '@nestjs/common';
import { projector, reactor } from '#events';
import { serviceProviders } from '#service/platform';
import { changes } from './changes.js';
import { ChangesController } from './changes.controller.js';
import { deadlines } from './deadlines.js';
import { migrations } from './migrations.js';
import { QuorumController } from './quorum.controller.js';
import { fire, outcomes, requests } from './reactions.js';
import { RiskController } from './risk.controller.js';

/** The read models of approvals, for following and for rebuilding. */
export const projections = [changes, deadlines];

@Module({
  controllers: [ChangesController, QuorumController, RiskController],
  providers: serviceProviders({
    service: 'approvals',
    migrations,
    followers: (store, db) => [
      projector(changes),
      projector(deadlines),
      reactor(requests(store, db)),
      reactor(outcomes(store)),
    ],
    fire,
  }),
})
export class ApprovalsModule {}
