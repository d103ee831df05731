import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** The document of this process's routes, made when somebody first asks for it. */
export class ApiDocument {
  #app?: INestApplication;
  #made?: Promise<OpenAPIObject>;

  /** Says whose routes; to be called once they are all there. */
  describe(app: INestApplication): void {
    this.#app = app;
  }

  read(): Promise<OpenAPIObject> {
    const app = this.#app;
    if (!app) throw new Error('The routes are not laid yet.');
    return (this.#made ??= import('./openapi.js').then(({ openApiOf }) => openApiOf(app)));
  }
}
