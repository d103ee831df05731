import { FORMAT } from './verify.js';

/**
 * The lines of a ledger export, as the verifier reads them (`verify.ts` says what they mean). Each ends in a newline.
 */

export interface ExportHeader {
  readonly origin: string;
  /** The signed checkpoint under which the entries stand. */
  readonly checkpoint: string;
  /** Checkpoints signed before, with what proves that this one extends them; the whole log needs no proof. */
  readonly earlier?: readonly { readonly checkpoint: string; readonly proof?: readonly Buffer[] }[];
  readonly vkey: string;
  readonly size: number;
}

export interface ExportEntry {
  readonly index: number;
  /** The stored bytes. */
  readonly entry: Buffer;
  /** The stored leaf hash, so that a changed entry can be named. */
  readonly leaf?: Buffer;
  /** Its inclusion proof, where the export does not hold the whole log. */
  readonly proof?: readonly Buffer[];
}

const base64 = (bytes: Buffer) => bytes.toString('base64');

/** The first line. */
export function headerLine({ origin, checkpoint, earlier = [], vkey, size }: ExportHeader): string {
  const before = earlier.map(({ checkpoint: note, proof }) =>
    proof === undefined ? note : { checkpoint: note, proof: proof.map(base64) },
  );
  return `${JSON.stringify({ format: FORMAT, origin, checkpoint, earlier: before, vkey, from: 0, size })}\n`;
}

/** One line an entry, in the order of the log. */
export function entryLine({ index, entry, leaf, proof }: ExportEntry): string {
  return `${JSON.stringify({ index, entry: base64(entry), leaf: leaf && base64(leaf), proof: proof?.map(base64) })}\n`;
}
