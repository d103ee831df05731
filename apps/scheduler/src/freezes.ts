import { FreezeDeclared, FreezeLifted, type EventOf, type Projection } from '#events';

/** A freeze as it stands in the calendar. */
export interface FreezeRow {
  readonly id: string;
  readonly name: string;
  readonly mode: 'soft' | 'hard' | 'hard-stop';
  readonly reason: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly scope: EventOf<typeof FreezeDeclared>['data']['scope'];
  readonly allowed_kinds: EventOf<typeof FreezeDeclared>['data']['allowedKinds'];
  readonly declared_by: string;
  readonly lifted: boolean;
}

export const freezes: Projection<FreezeRow, EventOf<typeof FreezeDeclared> | EventOf<typeof FreezeLifted>> = {
  table: 'freeze_period',
  from: [FreezeDeclared, FreezeLifted],
  id: ({ data }) => data.freezeId,
  evolve(before, { type, data }) {
    switch (type) {
      case 'FreezeDeclared':
        return {
          id: data.freezeId,
          name: data.name,
          mode: data.mode,
          reason: data.reason,
          starts_at: data.start,
          ends_at: data.end,
          scope: data.scope,
          allowed_kinds: data.allowedKinds,
          declared_by: data.declaredBy,
          lifted: false,
        };
      case 'FreezeLifted':
        return before && { ...before, lifted: true };
    }
  },
};
