import { z } from 'zod';

/** One broken rule: a stable code, a sentence for people, and the rule's place in the specification. */
export const Violation = z
  .object({
    code: z.string(),
    message: z.string(),
    ref: z.string().optional().describe('The rule’s place in the specification'),
  })
  .meta({ id: 'Violation' });
export type Violation = Readonly<z.infer<typeof Violation>>;

/** The domain says no. Carries every violation at once; what status that becomes is the edge's business. */
export class Rejected extends Error {
  readonly violations: readonly Violation[];

  constructor(code: string, message: string, ref?: string);
  constructor(violations: readonly Violation[]);
  constructor(first: string | readonly Violation[], message = '', ref?: string) {
    const violations = typeof first === 'string' ? [{ code: first, message, ...(ref && { ref }) }] : first;
    super(violations.map(({ code, message: text }) => `${code}: ${text}`).join(' '));
    this.name = 'Rejected';
    this.violations = violations;
  }

  /** The first code, for tests and logs. */
  get code(): string {
    return this.violations[0]?.code ?? 'REJECTED';
  }
}
