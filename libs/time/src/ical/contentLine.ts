import type { LogicalLine } from './fold.js';
import { refusal, shown } from './refusal.js';

/** A line taken apart: `NAME;PARAMETER=value:value`. Names are in capitals. */
export interface ContentLine {
  readonly line: number;
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

const NAME = /^[A-Z0-9-]{1,100}$/i;

/** Takes a line apart (RFC 5545 §3.1). Quotes around a parameter's value are taken off. */
export function contentLine({ number, text }: LogicalLine): ContentLine {
  const cuts = outsideQuotes(text);
  const colon = cuts.find((at) => text[at] === ':');
  if (colon === undefined) throw refusal(number, `${shown(text)} has no colon before a value`, '3.1');
  const [name = '', ...parameters] = pieces(
    text,
    cuts.filter((at) => at < colon),
    colon,
  );
  if (!NAME.test(name)) throw refusal(number, `${shown(name)} is no name of a property`, '3.1');
  return {
    line: number,
    name: name.toUpperCase(),
    parameters: new Map(parameters.map((parameter) => readParameter(number, parameter))),
    value: text.slice(colon + 1),
  };
}

/** Where semicolons and the first colon stand outside quotes. */
function outsideQuotes(text: string): number[] {
  const found: number[] = [];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ';' || character === ':')) found.push(i);
    if (!quoted && character === ':') break;
  }
  return found;
}

function pieces(text: string, cuts: readonly number[], end: number): string[] {
  const bounds = [-1, ...cuts, end];
  return bounds.slice(1).map((bound, i) => text.slice(bounds[i]! + 1, bound));
}

function readParameter(line: number, parameter: string): [string, string] {
  const equals = parameter.indexOf('=');
  const name = parameter.slice(0, Math.max(equals, 0));
  if (!NAME.test(name)) throw refusal(line, `${shown(parameter)} is no parameter`, '3.2');
  return [name.toUpperCase(), parameter.slice(equals + 1).replace(/^"(.*)"$/s, '$1')];
}
