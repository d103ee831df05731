import { expect, test } from 'vitest';
import { z } from 'zod';
import { Answers } from './openapiAnswer.js';

const Answer = z.object({
  at: z.string(),
  reasons: z.array(z.enum(['ONE', 'OTHER'])),
  note: z.string().optional(),
  parts: z.record(z.string(), z.object({ share: z.number().nullable() })),
});
type Reason = 'ONE' | 'OTHER';
interface Told {
  readonly at: string;
  readonly reasons: readonly Reason[];
  readonly note?: string;
  readonly parts: Readonly<Record<string, { readonly share: number | null }>>;
}
const told: Told = { at: 'now', reasons: ['ONE'], parts: {} };

class Answering {
  @Answers(Answer, 'The same.')
  same(): Told {
    return told;
  }

  @Answers(Answer, 'The same, later.')
  async later(): Promise<Told> {
    return told;
  }

  // @ts-expect-error -- a field is answered that no schema knows
  @Answers(Answer, 'More.')
  more() {
    return { ...told, more: true };
  }

  // @ts-expect-error -- a field may be answered that no schema knows
  @Answers(Answer, 'Perhaps more.')
  perhapsMore(): Told & { readonly more?: string } {
    return told;
  }

  // @ts-expect-error -- a field of a field is answered that no schema knows
  @Answers(Answer, 'More within.')
  moreWithin() {
    return { ...told, parts: { one: { share: 1, of: 2 } } };
  }

  // @ts-expect-error -- the schema says that there is a moment
  @Answers(Answer, 'Less.')
  less() {
    return { reasons: told.reasons, parts: told.parts };
  }

  // @ts-expect-error -- the schema says that it is a text, always
  @Answers(Answer, 'Perhaps less.')
  perhapsLess() {
    return { ...told, at: null };
  }

  // @ts-expect-error -- a reason is answered that no schema knows
  @Answers(Answer, 'Another reason.')
  other() {
    return { ...told, reasons: ['THIRD' as const] };
  }

  // @ts-expect-error -- the schema knows a reason that is never answered
  @Answers(Answer, 'Fewer reasons.')
  fewer() {
    return { ...told, reasons: ['ONE' as const] };
  }
}

test('what a handler answers is there for OpenAPI; the compiler refuses those that answer otherwise', () => {
  expect(Reflect.getMetadata('swagger/apiResponse', Answering.prototype.same)).toEqual({
    200: expect.objectContaining({ standardSchema: Answer, description: 'The same.' }),
  });
});
