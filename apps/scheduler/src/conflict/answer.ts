import { z } from 'zod';
import { Span } from './candidate.js';
import { type Code, orders } from './finding.js';

/** A name, by itself, behind what it names, or before a version. */
const Counterpart = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,401}$/u, 'must be 1 to 401 printable characters');

/** The code of a rule of formulas 4.4. */
export const ConflictCode = z.enum(Object.keys(orders) as [Code, ...Code[]]);

/** A conflict as it is answered, and as it may be handed in again. */
export const ConflictFound = z
  .strictObject({
    code: ConflictCode,
    severity: z.enum(['BLOCKER', 'WARNING', 'INFO']),
    order: z.int().min(1).max(16).describe('Of the rule in formulas 4.4'),
    rule: z.string().max(100),
    counterpart: Counterpart.describe('With whom or what'),
    interval: z.strictObject(Span),
    message: z.string().max(250_000).describe('It may name a thousand services'),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('The same for the same conflict, whatever its severity'),
  })
  .meta({ id: 'Conflict' });
