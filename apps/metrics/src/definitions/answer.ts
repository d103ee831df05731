import { z } from 'zod';
import { DEFINITIONS, type DefinitionName } from '../definitions.js';

const Figure = z
  .object({
    value: z.number().nullable(),
    unit: z.string(),
    statistic: z.string(),
    n: z.int().min(0),
    numerator: z.number().optional(),
    denominator: z.number().optional(),
    note: z.string().optional().describe('What of the rule these facts cannot give, or how it differs'),
    definition: z.string(),
  })
  .meta({ id: 'DoraPeerFigure' });
const OrNone = Figure.nullable().describe('Null for a metric that the peer does not have');

/** The names of the peers. */
export const PeerName = z.enum(Object.keys(DEFINITIONS) as [DefinitionName, ...DefinitionName[]]);

/** The metrics by a peer's definitions. */
export const Peer = z
  .object({
    definition: PeerName,
    source: z.string(),
    differs: z.string().describe('One sentence'),
    deploymentFrequency: OrNone,
    changeLeadTime: OrNone,
    changeFailRate: OrNone,
    failedDeploymentRecoveryTime: OrNone,
    deploymentReworkRate: OrNone,
  })
  .meta({ id: 'DoraPeer' });
