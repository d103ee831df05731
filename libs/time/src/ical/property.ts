import type { Component } from './component.js';
import type { ContentLine } from './contentLine.js';
import { refusal } from './refusal.js';

/** The property of that name, if there is one. Several are refused. RFC 5545 §3.6.1. */
export function only(component: Component, name: string): ContentLine | undefined {
  const [first, second] = all(component, name);
  if (second) throw refusal(second.line, `${component.name} has ${name} a second time`, '3.6.1');
  return first;
}

/** The properties of that name. */
export function all(component: Component, name: string): ContentLine[] {
  return component.properties.filter((property) => property.name === name);
}

/** One of the words a property may be, in capitals; the first of them if it is absent. */
export function word<Word extends string>(
  component: Component,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  const property = only(component, name);
  if (!property) return words[0];
  const value = property.value.trim().toUpperCase();
  const found = words.find((known) => known === value);
  if (found) return found;
  throw refusal(property.line, `${name} must be one of ${words.join(', ')}`, '3.8');
}
