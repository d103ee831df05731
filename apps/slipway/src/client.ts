import { CommandError } from './commandError.js';
import { mint } from './token.js';

/** Calls the API as the command line does; any refusal is told as one line. */
export interface Client {
  readonly url: string;
  call(method: 'GET' | 'POST', path: string, options?: CallOptions): Promise<Response>;
}

interface CallOptions {
  readonly body?: Buffer;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

/** The server that SLIPWAY_URL names, or the one on this machine; with SLIPWAY_TOKEN, or a token for these roles. */
export async function client(...roles: string[]): Promise<Client> {
  const url = (process.env['SLIPWAY_URL'] ?? `http://127.0.0.1:${process.env['PORT'] ?? 3000}`).replace(
    /\/$/,
    '',
  );
  if (!URL.canParse(url))
    throw new CommandError('SLIPWAY_URL must be an address such as http://127.0.0.1:3000.');
  const token = process.env['SLIPWAY_TOKEN'] ?? (await mint('cli', roles, [], 3_600));
  return {
    url,
    async call(method, path, { body, type = 'application/json', headers = {} } = {}) {
      const response = await answered(url, () =>
        fetch(url + path, {
          method,
          headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': type }), ...headers },
          ...(body && { body: new Uint8Array(body) }),
        }),
      );
      if (response.ok || response.status === 425) return response;
      throw new CommandError(await reasonOf(response));
    },
  };
}

async function answered(url: string, call: () => Promise<Response>): Promise<Response> {
  try {
    return await call();
  } catch (error) {
    const { code } = (error as { cause?: { code?: string } }).cause ?? {};
    throw new CommandError(
      `No answer from ${url}${code ? ` (${code})` : ''}. Is it running? "npm start" starts it.`,
    );
  }
}

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { title, detail, violations = [] } = JSON.parse(text) as Problem;
    const broken = violations.map(({ code, message }) => `${code}: ${message}`);
    return [
      `${response.status} ${title ?? response.statusText}.`,
      broken.length > 0 ? broken.join(' ') : detail,
    ].join(' ');
  } catch {
    return `${response.status} ${response.statusText}`;
  }
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly violations?: readonly { readonly code: string; readonly message: string }[];
}
