import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { Someone } from './slipway.js';

interface Schema {
  readonly type?: unknown;
  readonly properties?: object;
  additionalProperties?: unknown;
}

/** The part of an OpenAPI document that is read here. */
export interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>;
}

/** An operation, as far as its successful answer goes. */
export interface Operation {
  readonly 'x-stores-nothing'?: true;
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: object }> }>;
}

/** The document as it is served. */
export const openApiAt = async (url: string): Promise<OpenApi> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;

/**
 * Someone whose every answer is held against the served document: a 200 in JSON that its operation does not describe, or
 * that says more than is described, is an error. Operations without a described answer, or with a path parameter, are let
 * through.
 */
export async function documented(url: string, someone: Someone): Promise<Someone> {
  const validatorOf = validators(await openApiAt(url));
  return async (method, path, ...rest) => {
    const answer = await someone(method, path, ...rest);
    const validate = validatorOf(method.toLowerCase(), path.split('?')[0]!);
    if (answer.status === 200 && validate && !validate(answer.body))
      throw new Error(
        `${method} ${path} answers what it does not describe: ${JSON.stringify(validate.errors)} in ${JSON.stringify(answer.body)}`,
      );
    return answer;
  };
}

function validators(document: OpenApi) {
  const ajv = new Ajv2020({ strict: false, validateSchema: false });
  ajvFormats.default(ajv);
  ajv.addSchema(closed(document), 'openapi');
  return (method: string, path: string): ValidateFunction | undefined =>
    document.paths[path]?.[method]?.responses['200']?.content?.['application/json']?.schema &&
    ajv.getSchema(`openapi#/paths/${pointer(path)}/${method}${ANSWER}`);
}

const pointer = (path: string) => path.replaceAll('/', '~1');
const ANSWER = `/responses/200/content/${pointer('application/json')}/schema`;

/** Answers stay open in the document, so that fields can be added; here what is not described yet is an error. */
function closed<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)])) as Schema;
  if (Array.isArray(value)) return value.map(closed) as Value;
  if (inner.type === 'object' && inner.properties) inner.additionalProperties ??= false;
  return inner as Value;
}
