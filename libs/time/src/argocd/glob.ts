/** A pattern's parts: any run, any one character, or one of (or none of) some ranges of characters. */
type Part = '*' | '?' | { readonly none: boolean; readonly ranges: readonly (readonly [string, string])[] };

const MOST_ALTERNATIVES = 100;

/**
 * Whether a pattern of Argo CD's (gobwas/glob, no separators) covers a whole name: `*`, `?`, `[a-z]`, `[!a-z]`,
 * `{web,api}`, and `\` before a sign that is meant as such. A pattern that is none covers nothing, as there.
 * Takes time proportional to pattern times name.
 */
export function covers(pattern: string, name: string): boolean {
  return (alternatives(pattern) ?? []).some((one) => {
    const parts = partsOf(one);
    return parts !== undefined && matches(parts, Array.from(name));
  });
}

/** The patterns that braces stand for; undefined if they do not close, lie in each other, or stand for too many. */
function alternatives(pattern: string): string[] | undefined {
  let whole = [''];
  let rest = pattern;
  while (rest !== '') {
    const open = /^((?:\\.|[^\\{}])*)\{((?:\\.|[^\\{}])*)\}/s.exec(rest);
    const plain = open ? open[1]! : rest;
    if (!open && /(?<!\\)[{}]/.test(rest)) return undefined;
    const choices = open ? open[2]!.split(/(?<!\\),/) : [''];
    whole = whole.flatMap((begun) => choices.map((choice) => begun + plain + choice));
    if (whole.length > MOST_ALTERNATIVES) return undefined;
    rest = open ? rest.slice(open[0].length) : '';
  }
  return whole;
}

function partsOf(pattern: string): Part[] | undefined {
  const parts: Part[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const sign = pattern[i]!;
    if (sign === '*' || sign === '?') parts.push(sign);
    else if (sign === '[') {
      const close = pattern.indexOf(']', i + 2);
      if (close < 0) return undefined;
      parts.push(ranges(pattern.slice(i + 1, close)));
      i = close;
    } else {
      const character = sign === '\\' ? pattern[++i] : String.fromCodePoint(pattern.codePointAt(i)!);
      if (character === undefined) return undefined;
      i += character.length - 1;
      parts.push({ none: false, ranges: [[character, character]] });
    }
  }
  return parts;
}

function ranges(text: string): Part {
  const none = text.startsWith('!');
  const characters = Array.from(text.slice(none ? 1 : 0));
  const found: [string, string][] = [];
  for (let i = 0; i < characters.length; i++) {
    const isRange = characters[i + 1] === '-' && characters[i + 2] !== undefined;
    found.push([characters[i]!, characters[isRange ? i + 2 : i]!]);
    if (isRange) i += 2;
  }
  return { none, ranges: found };
}

function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let [part, at, star, retry] = [0, 0, -1, 0];
  while (at < name.length) {
    const current = parts[part];
    if (current === '*') [star, retry] = [part++, at];
    else if (current !== undefined && holds(current, name[at]!)) [part, at] = [part + 1, at + 1];
    else if (star >= 0) [part, at] = [star + 1, ++retry];
    else return false;
  }
  return parts.slice(part).every((left) => left === '*');
}

function holds(part: Part, character: string): boolean {
  if (part === '?' || part === '*') return true;
  return part.ranges.some(([first, last]) => first <= character && character <= last) !== part.none;
}
