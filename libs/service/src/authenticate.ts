import { type EventStore, load } from '#events';
import { apiKey } from './apiKey.js';
import { hasHash, readApiKey } from './apiKeyText.js';
import type { Authenticate } from './auth.guard.js';
import type { Caller } from './caller.js';
import { Unauthenticated } from './problems.js';
import { isServiceRole } from './roles.js';
import { type Issuer, verifyToken } from './token.js';

/** Believes tokens of these issuers, and API keys in the store. */
export function authenticator(issuers: readonly Issuer[], store: EventStore): Authenticate {
  return (credential, now) =>
    credential.startsWith('slw_')
      ? verifyApiKey(credential, store, now)
      : verifyToken(credential, issuers, now);
}

/** Reads the key's stream at each use, so that a revocation holds at once. One answer for all that is wrong with it. */
async function verifyApiKey(credential: string, store: EventStore, now: Date): Promise<Caller> {
  const named = readApiKey(credential);
  const { state } = named ? await load(store, apiKey, named.id) : { state: apiKey.initialState };
  if (!named || state.status === 'unknown' || !hasHash(named.text, state.key.hash))
    throw new Unauthenticated('KEY_UNKNOWN', 'There is no such API key.');
  const { subject, roles } = state.key;
  const expiresAt = new Date(state.key.expiresAt);
  if (state.status === 'revoked') throw new Unauthenticated('KEY_REVOKED', 'This API key was revoked.');
  if (expiresAt <= now) throw new Unauthenticated('KEY_EXPIRED', 'This API key has expired.');
  return { id: subject, kind: 'service', roles: roles.filter(isServiceRole), teams: [], expiresAt };
}
