/**
 * Module hooks: specs get the stand-in for Vitest, and what is imported as `file?g=3` imports its own neighbours as the
 * third generation too, so that sources which a mutant changes while they load can be loaded anew in the same process.
 */
const STAND_IN = new URL('./standIn.ts', import.meta.url).href;
const GENERATION = /\?g=\d+$/;

/** What no mutant changes, and what is long to load. */
const LASTING = /\/(node_modules|libs\/(events|service))\//;

export async function resolve(specifier, context, next) {
  if (specifier === 'vitest') return { url: STAND_IN, shortCircuit: true };
  const generation = GENERATION.exec(context.parentURL ?? '')?.[0];
  if (!generation) return next(specifier, context);
  const parentURL = context.parentURL.replace(GENERATION, '');
  const found = await next(specifier, { ...context, parentURL });
  const ours = found.url.startsWith('file:') && !LASTING.test(found.url);
  return ours ? { ...found, url: found.url + generation } : found;
}

export const load = (url, context, next) => next(url.replace(GENERATION, ''), context);
