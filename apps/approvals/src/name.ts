import { z } from 'zod';

/** A name that people or systems gave: no control characters, no half characters, 200 at most. */
export const Name = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u, 'Expected 1 to 200 printable characters');
