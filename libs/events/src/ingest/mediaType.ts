import { quoted, refusal, type Refusal } from './reason.js';

/** The type and subtype in lower case, without parameters; `fault` where a `charset` says that the text is not UTF-8. */
export function mediaTypeOf(contentType: string): { readonly type: string; readonly fault?: Refusal } {
  const type = (contentType.split(';', 1)[0] as string).trim().toLowerCase();
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return { type };
  return {
    type,
    fault: refusal(
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type',
      `The text must be UTF-8, not ${quoted(charset)}.`,
    ),
  };
}
