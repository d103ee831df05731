/** The present, as edges tell it to decisions. */
export type Clock = () => Date;

/** The token of the clock in Nest. */
export const CLOCK = Symbol('CLOCK');
