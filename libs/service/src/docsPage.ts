import { createHash } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import { placesOf, tagSection } from './docsOperations.js';
import { type Schema, schemaTable } from './docsSchema.js';
import { Html, html, table } from './html.js';
import { problems, typeOf as urnOf, type ProblemName } from './problems.js';
import { roles } from './roles.js';

const STYLE = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem}
code{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border:1px solid;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
article{border-top:2px solid;margin-top:2rem}a:focus-visible,summary:focus-visible{outline:3px solid}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}`;

const STYLED = new Html(`<style>${STYLE}</style>`);

/** The page runs nothing and loads nothing: its own style is all it may use. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The document as a page that works without scripts: operations by resource, schemas, problems, roles. */
export function docsPage(document: OpenAPIObject): string {
  const places = placesOf(document);
  const tags = (document.tags ?? []).map(({ name }) => name);
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title} ${document.info.version}: API</title>
        ${STYLED}
      </head>
      <body>
        <a class="skip" href="#operations">To the operations</a>
        <header>
          <h1>${document.info.title} ${document.info.version}</h1>
          <p>${document.info.description}</p>
          <p>For programs: <a href="/openapi.json">openapi.json</a> (OpenAPI ${document.openapi})</p>
        </header>
        <nav aria-label="Contents">
          <ul>
            ${tags.map((tag) => html`<li><a href="#tag-${tag}">${tag}</a></li>`)}
            <li><a href="#schemas">Schemas</a></li>
            <li><a href="#problems">Problems</a></li>
            <li><a href="#roles">Roles</a></li>
          </ul>
        </nav>
        <main id="operations">
          ${tags.map((tag) => tagSection(tag, places, document))}
          <section id="schemas">
            <h2>Schemas</h2>
            ${Object.entries(schemas).map(
              ([name, schema]) =>
                html`<article id="schema-${name}">
                  <h3>${name}</h3>
                  <p>${schema.description}</p>
                  ${schemaTable(schema)}
                </article>`,
            )}
          </section>
          ${problemSection()} ${roleSection()}
        </main>
      </body>
    </html>`.text;
}

function problemSection(): Html {
  const rows = (Object.keys(problems) as ProblemName[]).map((name) => {
    const { status, title, meaning } = problems[name];
    return [html`<code>${urnOf(name)}</code>`, status, `${title}.`, meaning];
  });
  return html`<section id="problems">
    <h2>Problems</h2>
    ${table(['Type', 'Status', 'Title', 'Meaning'], rows)}
  </section>`;
}

function roleSection(): Html {
  const rows = Object.entries(roles).map(([role, meaning]) => [html`<code>${role}</code>`, meaning]);
  return html`<section id="roles">
    <h2>Roles</h2>
    ${table(['Role', 'What it is for'], rows)}
  </section>`;
}
