import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Calls whose arguments only document a schema. */
const DOCUMENTING = new Set(['describe', 'meta']);

/**
 * Leaves alone what documents a schema (`.describe('…')`, `.meta({ … })`): it is read by people and in the published
 * OpenAPI, and no figure and no refusal depends on it. Everything else is mutated, codes and explanations included.
 */
const documentation = {
  shouldIgnore({ listKey, parent }) {
    const documents =
      listKey === 'arguments' &&
      parent?.type === 'CallExpression' &&
      parent.callee.type === 'MemberExpression' &&
      DOCUMENTING.has(parent.callee.property.name);
    return documents ? 'It documents a schema.' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'documentation', documentation)];
