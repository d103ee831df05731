import { type NdjsonLine, type Reason, readCdeventText } from '#events';
import { type Fate, ingest, type Ingest } from './ingest.js';

/** What came of a delivery of facts. `position` is that of the last one stored by it. */
export interface Receipt {
  accepted: number;
  duplicates: number;
  rejectedCount: number;
  /** The first 1,000 that were refused: where, which, why. */
  readonly rejected: Refused[];
  position: number;
}

/** A refused fact: by its line in a stream, or its place in a batch. */
export interface Refused {
  readonly line: number;
  readonly id?: string;
  readonly reason: Reason;
}

const MOST_REFUSED = 1_000;
/** Facts being stored at once: enough to fill the groups of the log, few enough to stay small. */
const WINDOW = 512;

export const emptyReceipt = (): Receipt => ({
  accepted: 0,
  duplicates: 0,
  rejectedCount: 0,
  rejected: [],
  position: 0,
});

/** Enters one fact's fate into the receipt. */
export function enter(receipt: Receipt, line: number, fate: Fate): void {
  if (fate.fate === 'duplicate') receipt.duplicates++;
  else if (fate.fate === 'accepted') {
    receipt.accepted++;
    receipt.position = Math.max(receipt.position, fate.position);
  } else {
    receipt.rejectedCount++;
    if (receipt.rejected.length < MOST_REFUSED)
      receipt.rejected.push({ line, id: fate.id, reason: fate.reason });
  }
}

/**
 * Stores a stream of lines of any length: while the log writes one half of a window, the other half is read. A line that is
 * refused is told of; the others are stored. Lines of one id are stored one after the other, so that of two bodies the first
 * is believed.
 */
export async function ingestLines(
  to: Ingest,
  batches: AsyncIterable<readonly NdjsonLine[]>,
  now: () => Date,
): Promise<Receipt> {
  const receipt = emptyReceipt();
  const storing = new Map<string, Promise<void>>();
  for await (const lines of batches) {
    for (const { line, bytes, error } of lines) {
      if (bytes === undefined) {
        enter(receipt, line, { fate: 'rejected', reason: error });
        continue;
      }
      const reading = readCdeventText(bytes, now());
      const { source = '', id = String(line) } = reading.key;
      const key = `${source}\n${id}`;
      const store = async () => enter(receipt, line, await ingest(to, reading));
      const stored = storing.get(key)?.then(store) ?? store();
      stored.catch(() => {}); // thrown when its turn comes; while more lines are awaited it is nobody's
      storing.set(key, stored);
      if (storing.size === WINDOW) await settle(storing, WINDOW / 2);
    }
  }
  await settle(storing, storing.size);
  receipt.rejected.sort((a, b) => a.line - b.line);
  return receipt;
}

/** Waits for the oldest of what is being stored. */
async function settle(storing: Map<string, Promise<void>>, many: number): Promise<void> {
  const oldest = [...storing].slice(0, many);
  await Promise.all(oldest.map(([, stored]) => stored));
  for (const [key] of oldest) storing.delete(key);
}
