/** Figures given over those that hold without them. One that is given as undefined hides none. */
export function overriding<Figures extends object>(base: Figures, given: Partial<Figures>): Figures {
  const stated = Object.entries(given).filter(([, figure]) => figure !== undefined);
  return { ...base, ...Object.fromEntries(stated) };
}
