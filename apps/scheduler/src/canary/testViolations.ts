import { Rejected, type Violation } from '#events';

/** What a refusal says; nothing where there is none. */
export function violationsOf(work: () => unknown): readonly Violation[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Rejected) return error.violations;
    throw error;
  }
  return [];
}
