import { z } from 'zod';
import { Name } from './name.js';

/** An account as the directory knows it. Accounts nobody listed are human and a person of their own. */
export const Account = z.strictObject({
  id: Name,
  kind: z.enum(['human', 'service', 'group']).default('human'),
  owner: Name.optional().describe('Who made a service account; what it does is attributed to that person'),
  subject: Name.optional().describe(
    'sub at the identity provider: the same one at two issuers is the same person',
  ),
  emails: z.array(Name).max(100).optional(),
});
export type Account = z.input<typeof Account>;

export const Directory = z.strictObject({
  accounts: z.array(Account).max(20_000).default([]),
  /** Pairs of accounts that were found to belong to one natural person. */
  merged: z
    .array(z.tuple([Name, Name]))
    .max(20_000)
    .default([]),
});
export type Directory = z.input<typeof Directory>;

/** Resolves accounts, aliases and e-mail addresses to natural persons. */
export interface Persons {
  /** The natural person behind an account id or e-mail address; for a service account, its owner. */
  readonly of: (account: string) => string;
  /** Of an account that is not listed by this id, what its mailbox is known for: a machine spelled anew stays one. */
  readonly kindOf: (account: string) => Kind;
}

type Kind = z.output<typeof Account>['kind'];

/**
 * Natural persons as the union of the accounts that a merge, an owner, a shared `subject` or a shared mailbox tie
 * together; a person is named by the smallest human account id that the
 * directory lists, by the smallest one that it mentions where it lists none. When in doubt two accounts are one person: that can
 * refuse an approval, but never let one person count twice.
 */
export function persons({ accounts = [], merged = [] }: Directory): Persons {
  const union = disjointSets();
  const { kinds, kindOf } = kindsOf(accounts);
  for (const account of accounts) {
    for (const alias of aliasesOf(account)) union.join(nodeOf(account.id), alias);
  }
  for (const [one, other] of merged) union.join(nodeOf(one), nodeOf(other));

  const names = new Map<string, string>();
  const owners = accounts.flatMap(({ owner }) => owner ?? []);
  const ids = [...kinds.keys(), ...owners, ...merged.flat()].sort();
  const listed = ids.filter((id) => kinds.get(id) === 'human');
  const humans = ids.filter((id) => kindOf(id) === 'human');
  for (const id of [...listed, ...humans, ...ids]) {
    const root = union.find(nodeOf(id));
    if (!names.has(root)) names.set(root, id);
  }
  return {
    of: (account) => names.get(union.find(nodeOf(account))) ?? mailbox(account),
    kindOf,
  };
}

/** An id that is listed twice is human only if both say so; a mailbox that any human has is a human's. */
function kindsOf(accounts: readonly Account[]) {
  const kinds = new Map<string, Kind>();
  const mailboxes = new Map<string, Kind>();
  for (const { id, kind = 'human', emails = [] } of accounts) {
    kinds.set(id, kind === 'human' ? (kinds.get(id) ?? kind) : kind);
    for (const address of [id, ...emails].map(mailbox))
      mailboxes.set(address, mailboxes.get(address) === 'human' ? 'human' : kind);
  }
  const kindOf = (account: string): Kind => kinds.get(account) ?? mailboxes.get(mailbox(account)) ?? 'human';
  return { kinds, kindOf };
}

/** A group's mailbox reaches many people, so it ties no accounts together. */
function aliasesOf({ kind, owner, subject, emails = [] }: Account): string[] {
  if (kind === 'group') return [];
  return [
    ...(owner === undefined ? [] : [nodeOf(owner)]),
    ...(subject === undefined ? [] : [`subject:${subject}`]),
    ...emails.map((email) => nodeOf(email)),
  ];
}

function nodeOf(account: string): string {
  return `account:${mailbox(account)}`;
}

/** `Ana+ci@Example.org` and `ana@example.org` reach the same mailbox; what is no address stands for itself. */
function mailbox(account: string): string {
  const at = account.lastIndexOf('@');
  if (at < 0) return account;
  const tag = account.indexOf('+');
  const local = tag > 0 && tag < at ? account.slice(0, tag) : account.slice(0, at);
  return `${local}${account.slice(at)}`.toLowerCase();
}

function disjointSets() {
  const parents = new Map<string, string>();
  const find = (node: string): string => {
    let root = node;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    for (let step = node; step !== root;) {
      const next = parents.get(step)!;
      parents.set(step, root);
      step = next;
    }
    return root;
  };
  const join = (one: string, other: string): void => {
    const [a, b] = [find(one), find(other)];
    if (a !== b) parents.set(a, b);
  };
  return { find, join };
}
