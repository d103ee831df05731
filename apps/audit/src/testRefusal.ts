import { Rejected } from '#events';

/** The code with which something is refused, for tests; every refusal must cite its rule in a sentence. */
export function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const told = error.violations.every(
      ({ message, ref = '' }) => message.endsWith('.') && /^[A-Z]{3}-\d/.test(ref),
    );
    return told ? error.code : `${error.code} without a rule or a sentence`;
  }
  return undefined;
}
