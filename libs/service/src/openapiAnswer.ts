import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/** A type as it is read: nothing in it can be written. */
type Read<Type> = { readonly [Key in keyof Type]: Read<Type[Key]> };

/** The same with every field there, to compare what may be left out too. */
type Whole<Type> = { readonly [Key in keyof Type]-?: Whole<Type[Key]> };

type Told<Schema extends z.ZodType> = Read<z.output<Schema>>;
type Returned<Method extends (...args: never[]) => unknown> = Awaited<ReturnType<Method>>;

/** What the compiler shows of a handler that answers more than its schema says. */
interface Undocumented<Type> {
  readonly 'the schema lacks something of': Type;
}

/**
 * What a handler answers with 200, for OpenAPI. The compiler holds the handler to it: it returns all that the schema says,
 * and nothing that the schema does not say.
 */
export const Answers =
  <Schema extends z.ZodType>(schema: Schema, description: string) =>
  <Method extends (...args: never[]) => Told<Schema> | Promise<Told<Schema>>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<Method> &
      (Whole<Told<Schema>> extends Whole<Returned<Method>> ? unknown : Undocumented<Returned<Method>>),
  ): void => {
    ApiOkResponse({ standardSchema: schema, description })(target, key, descriptor);
  };
