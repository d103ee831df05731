import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { type Database, EventStore } from '#events';
import { CLOCK, type Clock } from '#service/clock';
import { CONFIG, type Config } from '#service/config';
import { DATABASE } from '#service/database';
import { LOG, type Log } from '#service/log';
import { serviceProviders } from '#service/platform';
import { LedgerController, SIGNER } from './ledger.controller.js';
import { ledgerSigner } from './ledgerKey.js';
import { migrations } from './migrations.js';
import type { NoteSigner } from './note.js';
import { ProofsController } from './proofs.controller.js';
import { Sequencer } from './sequencer.js';

@Module({
  controllers: [LedgerController, ProofsController],
  providers: [
    ...serviceProviders({ service: 'audit', migrations, followers: () => [] }),
    {
      provide: SIGNER,
      inject: [CONFIG],
      useFactory: ({ SLIPWAY_LEDGER_KEY, SLIPWAY_DATA, SLIPWAY_LEDGER_ORIGIN }: Config) =>
        ledgerSigner(SLIPWAY_LEDGER_KEY ?? join(SLIPWAY_DATA, 'ledger.key'), SLIPWAY_LEDGER_ORIGIN),
    },
    {
      provide: Sequencer,
      inject: [EventStore, DATABASE, SIGNER, CLOCK, LOG],
      useFactory: (store: EventStore, db: Database, signer: NoteSigner, now: Clock, log: Log) =>
        new Sequencer({ store, db, signer, now, log }),
    },
  ],
})
export class AuditModule {}
