import type { Look } from './look.js';
import type { Verdict } from './verdict.js';

/** What a verdict leads to; `WAIT` is only for an early check, which ends nothing but a critical failure. */
export type Action = 'ADVANCE' | 'COMPLETE' | 'EXTEND' | 'HOLD' | 'ROLL_BACK' | 'WAIT';

/** What is done, and why. */
export interface Act {
  readonly action: Action;
  /** The time of the whole analysis is used up (TIMED_OUT): no pass and no extension any more. */
  readonly timedOut: boolean;
}

/**
 * What follows from the verdict of a look: EXE-05.4 and EXE-05.7, the judging rows of state machine 3.12. A failure always
 * rolls back, also when time is used up.
 */
export function act(
  verdict: Verdict,
  { configuration, step, extensionsUsed, elapsedMinutes, environmentClass, early }: Omit<Look, 'mode'>,
): Act {
  const { policy, steps } = configuration;
  const timedOut = elapsedMinutes >= policy.limitMinutes;
  const policed: Action = policy.inconclusive[environmentClass] === 'hold' ? 'HOLD' : 'ROLL_BACK';
  if (verdict === 'FAIL') return { action: 'ROLL_BACK', timedOut };
  if (timedOut) return { action: policed, timedOut };
  if (early) return { action: 'WAIT', timedOut };
  if (verdict === 'PASS') return { action: step === steps ? 'COMPLETE' : 'ADVANCE', timedOut };
  return { action: extensionsUsed < policy.extensions ? 'EXTEND' : policed, timedOut };
}
