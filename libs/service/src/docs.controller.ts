import { Controller, Get, Header } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiDocument } from './apiDocument.js';
import { docsPage, PAGE_POLICY } from './docsPage.js';
import { Public } from './permit.js';

/** What can be asked of this process, for programs and for people. */
@Controller()
@Public()
export class DocsController {
  constructor(private readonly document: ApiDocument) {}

  /** OpenAPI 3.1. */
  @Get('openapi.json')
  openapi(): Promise<OpenAPIObject> {
    return this.document.read();
  }

  /** The same as a page, with what every problem means. */
  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', PAGE_POLICY)
  async page(): Promise<string> {
    return docsPage(await this.document.read());
  }
}
