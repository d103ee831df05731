import { z } from 'zod';
import { covers } from './glob.js';
import type { SyncWindow } from './syncWindow.js';

const Name = z.string().max(500).optional();

/** The application that is to be synced, as far as windows ask about it. */
export const Application = z
  .strictObject({
    name: Name,
    namespace: Name.describe('Of its destination'),
    cluster: Name.describe('Name of its destination'),
    server: Name.describe('URL of its destination'),
  })
  .meta({ id: 'ArgoApplication' });
export type Application = z.infer<typeof Application>;

/**
 * Whether a window concerns an application: any of its kinds of selectors does, or, with `andOperator`, each that it has.
 * A window without selectors concerns none.
 */
export function applies(window: SyncWindow, { name, namespace, cluster, server }: Application): boolean {
  const kinds: [readonly string[] | undefined, readonly (string | undefined)[]][] = [
    [window.applications, [name]],
    [window.clusters, [cluster, server]],
    [window.namespaces, [namespace]],
  ];
  const answers = kinds
    .filter(([patterns]) => patterns && patterns.length > 0)
    .map(([patterns, names]) =>
      patterns!.some((pattern) => names.some((given) => given !== undefined && covers(pattern, given))),
    );
  return window.andOperator ? answers.length > 0 && answers.every(Boolean) : answers.some(Boolean);
}
