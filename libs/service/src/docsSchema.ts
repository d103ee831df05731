import { type Html, html, table } from './html.js';

/** JSON Schema as far as it is shown. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly [rule: string]: unknown;
}

/** Rules that are shown beside a type, and how they read. */
const RULES: readonly [rule: string, text: string][] = [
  ['minLength', 'at least {} characters'],
  ['maxLength', 'at most {} characters'],
  ['minimum', 'from {}'],
  ['exclusiveMinimum', 'above {}'],
  ['maximum', 'up to {}'],
  ['exclusiveMaximum', 'below {}'],
  ['minItems', 'at least {} items'],
  ['maxItems', 'at most {} items'],
  ['pattern', 'pattern {}'],
  ['default', '{} unless given'],
];

const DEEPEST = 4;

/** A table of the fields of an object, those of inner objects included; a single line for anything else. */
export function schemaTable(schema: Schema): Html {
  const rows = rowsOf(schema, '', 0);
  if (rows.length === 0) return html`<p>${typeOf(schema)}${rulesOf(schema)}</p>`;
  return table(['Field', 'Type', 'Meaning and rules'], rows);
}

function rowsOf(schema: Schema, prefix: string, depth: number): Html[][] {
  const inner = schema.items?.properties ? schema.items : schema;
  const at = inner === schema ? prefix : `${prefix}[]`;
  if (!inner.properties || depth > DEEPEST) return [];
  return Object.entries(inner.properties).flatMap(([key, field]) => {
    const path = at === '' ? key : `${at}.${key}`;
    const mark = inner.required?.includes(key) ? '' : ' (optional)';
    const row = [
      html`<code>${path}</code>${mark}`,
      typeOf(field),
      html`${field.description}${rulesOf(field)}`,
    ];
    return [row, ...rowsOf(field, path, depth + 1)];
  });
}

/** The type of a value in words; named schemas are links. */
export function typeOf(schema: Schema): Html {
  const { $ref, enum: values, anyOf, oneOf, items, type, format } = schema;
  if ($ref) return html`<a href="#schema-${nameOf($ref)}">${nameOf($ref)}</a>`;
  if (values)
    return html`one of ${values.map((value, i) => html`${i ? ', ' : ''}<code>${String(value)}</code>`)}`;
  const choices = anyOf ?? oneOf;
  if (choices) return html`${choices.map((choice, i) => html`${i ? ' or ' : ''}${typeOf(choice)}`)}`;
  if (items) return html`list of ${typeOf(items)}`;
  return html`${[type ?? 'anything'].flat().join(' or ')}${format ? ` (${format})` : ''}`;
}

function rulesOf(schema: Schema): string {
  const rules = RULES.flatMap(([rule, text]) =>
    schema[rule] === undefined ? [] : [text.replace('{}', () => JSON.stringify(schema[rule]))],
  );
  return rules.length > 0 ? ` (${rules.join(', ')})` : '';
}

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);
