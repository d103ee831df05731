import type { OpenAPIObject } from '@nestjs/swagger';
import { type Schema, schemaTable, typeOf } from './docsSchema.js';
import { type Html, html, table } from './html.js';

interface Content {
  readonly schema?: Schema;
}
interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly $ref?: string;
        readonly description?: string;
        readonly content?: Readonly<Record<string, Content>>;
      }
    >
  >;
}
/** An operation and its address. */
export interface Place {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation of the document. */
export function placesOf({ paths }: OpenAPIObject): Place[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      method,
      path,
      operation,
    })),
  );
}

/** The operations of one resource. */
export function tagSection(tag: string, places: readonly Place[], document: OpenAPIObject): Html {
  const own = places.filter(({ operation }) => operation.tags?.includes(tag));
  return html`<section id="tag-${tag}">
    <h2>${tag}</h2>
    ${own.map((place) => operationArticle(place, document))}
  </section>`;
}

function operationArticle({ method, path, operation }: Place, document: OpenAPIObject): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const found = parameters.map((parameter) => resolved<Parameter>(document, parameter));
  return html`<article id="${operationId}">
    <h3><code>${method.toUpperCase()} ${path}</code></h3>
    <p>${summary}</p>
    <p>${description}</p>
    ${found.length > 0 ? parameterTable(found) : ''}
    ${Object.entries(requestBody?.content ?? {}).map(
      ([type, { schema = {} }]) =>
        html`<h4>Body, <code>${type}</code></h4>
          ${schemaTable(schema)}`,
    )}
    <h4>Answers</h4>
    <ul>
      ${Object.entries(responses).map(([status, response]) => answerItem(status, response, document))}
    </ul>
  </article>`;
}

function answerItem(status: string, response: Operation['responses'][string], document: OpenAPIObject): Html {
  const { description, content = {} } = resolved<Operation['responses'][string]>(document, response);
  const schema = content['application/json']?.schema;
  return html`<li><code>${status}</code> ${description} ${schema ? typeOf(schema) : ''}</li>`;
}

function parameterTable(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(({ name, in: place, required, description = '', schema = {} }) => [
    html`<code>${name}</code>${required ? '' : ' (optional)'}`,
    place,
    typeOf(schema),
    description,
  ]);
  return table(['Parameter', 'In', 'Type', 'Meaning'], rows);
}

function resolved<T extends { readonly $ref?: string }>(document: OpenAPIObject, value: T): T {
  const [, , kind = '', name = ''] = value.$ref?.split('/') ?? [];
  const components = (document.components ?? {}) as Record<string, Record<string, T>>;
  return value.$ref ? (components[kind]?.[name] ?? value) : value;
}
