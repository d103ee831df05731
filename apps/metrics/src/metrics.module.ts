import { Module } from '@nestjs/common';
import { type Database, projector } from '#events';
import { DATABASE } from '#service/database';
import { serviceProviders } from '#service/platform';
import { deliveries } from './deliveries.js';
import { DoraController } from './dora.controller.js';
import { IngestController } from './ingest.controller.js';
import { ingestTopic } from './ingestTopic.js';
import { migrations } from './migrations.js';
import { Records } from './records.js';
import { Timelines } from './timelines.js';

/** The read models of metrics, for following and for rebuilding. */
export const projections = [deliveries];

@Module({
  controllers: [DoraController, IngestController],
  providers: [
    ...serviceProviders({
      service: 'metrics',
      migrations,
      followers: () => [projector(deliveries)],
      loops: (store, db, { broker }) => [
        { name: 'metrics ingest', run: (signal, gotOn) => ingestTopic(store, db, broker, signal, gotOn) },
      ],
    }),
    { provide: Records, useFactory: (db: Database) => new Records(db), inject: [DATABASE] },
    { provide: Timelines, useFactory: (db: Database) => new Timelines(db), inject: [DATABASE] },
  ],
})
export class MetricsModule {}
