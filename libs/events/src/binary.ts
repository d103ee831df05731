/**
 * Arrays in PostgreSQL's binary wire format (one dimension, no nulls): a header of dimensions, null flag, element type,
 * length and lower bound, then each element behind its length. Handed to `pg` as a Buffer they cost neither quoting nor hex.
 */
function encode<T>(elementType: number, values: readonly T[], size: (v: T) => number, put: Put<T>): Buffer {
  const buffer = Buffer.allocUnsafe(
    values.reduce((sum, value) => sum + 4 + size(value), values.length > 0 ? 20 : 12),
  );
  let at = buffer.writeInt32BE(values.length > 0 ? 1 : 0, 0);
  at = buffer.writeInt32BE(0, at);
  at = buffer.writeInt32BE(elementType, at);
  if (values.length === 0) return buffer;
  at = buffer.writeInt32BE(values.length, at);
  at = buffer.writeInt32BE(1, at);
  for (const value of values) {
    const length = size(value);
    at = buffer.writeInt32BE(length, at);
    put(buffer, value, at);
    at += length;
  }
  return buffer;
}

type Put<T> = (buffer: Buffer, value: T, at: number) => void;

/** Encoders by element type; the numbers are the OIDs of int4, text and bytea. */
export const arrayOf = {
  int: (values: readonly number[]) =>
    encode(
      23,
      values,
      () => 4,
      (buffer, value, at) => buffer.writeInt32BE(value, at),
    ),
  text: (values: readonly string[]) =>
    encode(
      25,
      values,
      (value) => Buffer.byteLength(value),
      (buffer, value, at) => buffer.write(value, at),
    ),
  bytes: (values: readonly Buffer[]) =>
    encode(
      17,
      values,
      (value) => value.length,
      (buffer, value, at) => value.copy(buffer, at),
    ),
};
