import { v5 as uuidv5 } from 'uuid';
import type { Message } from '../broker.js';
import { decodeKnown, ownerOf } from '../contracts.js';
import type { Recorded } from '../event.js';
import { Rejected } from '../rejected.js';
import type { Cdevent } from './cdevent.js';
import { cloudEventOf } from './cdeventBinding.js';
import { draftsOf, type Known, type Statement, statementsOf } from './cdeventStatements.js';
import { toKafka } from './cloudeventsKafka.js';

export interface TranslationOptions {
  /** Also writes the approval events of the 0.6 draft, whose links begin with the public address of this Slipway. */
  readonly drafts?: { readonly publicUrl: string };
}

/**
 * An event of ours as CDEvents 0.5.1: a fact from outside unchanged, an outcome once for each service, and what CDEvents
 * has no word for as custom events (`dev.cdeventsx.slipway-…`). None for what concerns nobody outside.
 */
export function cdeventsOf(event: Known, { drafts }: TranslationOptions = {}): readonly Cdevent[] {
  if (event.type === 'ExternalFactAccepted') return [event.data.cdevent as Cdevent];
  const released = statementsOf(event).map((statement) => cdevent(event, statement, '0.5.1'));
  if (!drafts) return released;
  const draft = draftsOf(event, drafts.publicUrl).map((each) => cdevent(event, each, '0.6.0-draft'));
  return [...released, ...draft];
}

/** Ids follow from ours, so that a relay that repeats itself repeats them. */
function cdevent(
  event: Known,
  { kind, subject, content, custom, at }: Statement,
  specversion: string,
): Cdevent {
  const { id, correlationId: chainId, occurredAt } = event;
  const type = `dev.${kind.startsWith('slipway-') ? 'cdeventsx' : 'cdevents'}.${kind}`;
  const source = `/slipway/${ownerOf(event.type)}`;
  return {
    context: {
      specversion,
      id: uuidv5(`${type}/${subject}`, id),
      source,
      type,
      timestamp: at ?? occurredAt,
      chainId,
    },
    subject: { id: subject, content: said(content) },
    ...(custom && { customData: said(custom) }),
  };
}

/** What an older event did not say is left out. */
const said = (members: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/**
 * The records of `slipway.cdevents` for a stored event, keyed by their subject. An event that its contract cannot read has
 * none; it still goes out on the topic of its service, where its reader parks it.
 */
export function cdeventMessagesOf(event: Recorded, options: TranslationOptions = {}): readonly Message[] {
  try {
    return cdeventsOf(decodeKnown(event), options).map((translated) => messageOf(event, translated));
  } catch (error) {
    if (error instanceof Rejected) return [];
    throw error;
  }
}

function messageOf({ traceparent }: Recorded, event: Cdevent): Message {
  const partitionkey = event.subject.id;
  return toKafka(cloudEventOf(event, { partitionkey, ...(traceparent !== undefined && { traceparent }) }));
}
