import { accept } from '#events';
import { z } from 'zod';
import type { Act } from './duties.js';
import { Name } from './name.js';

/** What an artifact contains beyond the one before it, as version control reports it. */
export const ArtifactRange = z.strictObject({
  commits: z
    .array(
      z.strictObject({
        id: Name,
        author: Name,
        committer: Name.optional(),
        pusher: Name.optional(),
        /** The full message: its `Co-authored-by` trailers name authors too. */
        message: z.string().max(65_536).optional(),
        mergeRequest: Name.optional(),
      }),
    )
    .max(20_000)
    .default([]),
  mergeRequests: z
    .array(z.strictObject({ id: Name, author: Name, reviewers: z.array(Name).max(200).default([]) }))
    .max(20_000)
    .default([]),
  configurationEdits: z
    .array(z.strictObject({ id: Name, editor: Name }))
    .max(20_000)
    .default([]),
});
export type ArtifactRange = z.input<typeof ArtifactRange>;

/**
 * Who made what is in an artifact, from the artifact itself and never from a ticket field (APR-07.2): authors,
 * committers, pushers and co-authors of its commits, authors of its merge requests, editors of its configuration.
 * Reviewers come along as `reviewer` acts.
 * @throws Rejected `INVALID_INPUT` naming the field.
 */
export function actsIn(given: ArtifactRange): readonly Act[] {
  const { commits, mergeRequests, configurationEdits } = accept(ArtifactRange, given, { ref: 'APR-07.2' });
  return [
    ...commits.flatMap((commit) =>
      madeBy(commit).map((account) => author(account, `commit ${commit.id}`, commit.mergeRequest)),
    ),
    ...mergeRequests.flatMap(({ id, author: account, reviewers }) => [
      author(account, `merge request ${id}`, id),
      ...reviewers.map((reviewer): Act => ({
        duty: 'reviewer',
        account: reviewer,
        evidence: `review of merge request ${id}`,
        mergeRequest: id,
      })),
    ]),
    ...configurationEdits.map(({ id, editor }) => author(editor, `configuration edit ${id}`)),
  ];
}

function madeBy(commit: z.infer<typeof ArtifactRange>['commits'][number]): readonly string[] {
  const { author: account, committer = account, pusher = account, message = '' } = commit;
  return [...new Set([account, committer, pusher, ...coAuthors(message)])];
}

function coAuthors(message: string): readonly string[] {
  return [...message.matchAll(/^co-authored-by:[^<\n]*<([^<>\n]{1,200})>/gim)].map(([, email]) =>
    email!.trim(),
  );
}

function author(account: string, evidence: string, mergeRequest?: string): Act {
  return { duty: 'author', account, evidence, ...(mergeRequest && { mergeRequest }) };
}
