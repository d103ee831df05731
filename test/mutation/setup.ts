import fc from 'fast-check';

/** How many cases of a property are tried on a mutant, however many the spec asks for. */
export const property = { cases: 20 };

// The same mutant must come to the same end in every run, and a counterexample is not worth shrinking here.
fc.configureGlobal({ seed: 3, endOnFailure: true });

fc.installGlobalPlugin(() => {
  let cases = 0;
  return { decorateRun: (run) => (value) => (++cases > property.cases ? null : run(value)) };
});
