// The developers' page: one page, made once from the contracts, readable without scripts.
import { html, raw } from "hono/html";
import { openApi } from "../openapi/document.ts";
import { asyncDocument } from "./async-api.ts";
import type { Html } from "./code.ts";
import { guide } from "./guide.ts";
import { reference } from "./reference.ts";

let made: string | undefined;
export const developersPage = (): string => (made ??= String(make()));

function stations(): Html {
  const { channels } = asyncDocument();
  return html`<p>
      What backend and cabinets say to each other, for whoever builds a cabinet of their own: MQTT over TLS 1.3 with client certificates,
      signed envelopes. The whole of it is in
      <a href="/asyncapi.json">the AsyncAPI document</a>.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Topic</th>
            <th>Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${Object.values(channels).map(
            ({ address, title, description }) =>
              html`<tr data-find="${`${address} ${title.toLowerCase()}`}">
                <td><code>${address}</code></td>
                <td><strong>${title}.</strong> ${description}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function make(): Html {
  const document = openApi();
  const parts = [
    ...guide(document),
    { id: "stations", title: "Cabinets", body: stations() },
    {
      id: "api",
      title: "API",
      body: html`<p>
          Made from the contracts that the server itself is made of: <a href="/openapi.json">OpenAPI 3.1</a>, and
          <a href="/docs/try/">a page to try it by hand</a>. Ids are UUIDs, instants ISO 8601 in UTC, lengths millimetres, weights grams.
          Unknown members of a request are refused; unknown members of an answer are to be ignored.
        </p>
        <label class="others"><input type="checkbox" id="others" /> Also what people and staff ask, with a session</label>
        ${reference(document)}`,
    },
  ];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="Parcel lockers in your shop: API, webhooks, client package, sandbox." />
        <title>Pigeonhole for developers</title>
        <link rel="icon" href="/icon.svg" />
        <link rel="stylesheet" href="/docs/tokens.css" />
        <link rel="stylesheet" href="/docs/page.css" />
        <script src="/docs/page.js" defer></script>
      </head>
      <body data-code="ts">
        <a class="skip" href="#main">To the content</a>
        <header>
          <a class="brand" href="/docs">
            ${raw('<svg width="28" height="28" viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" rx="14" fill="var(--accent)"/><g fill="none" stroke="var(--on-accent)" stroke-width="4"><rect x="13" y="11" width="17" height="13" rx="2"/><rect x="13" y="29" width="17" height="24" rx="2"/><rect x="35" y="11" width="17" height="24" rx="2"/><rect x="35" y="40" width="17" height="13" rx="2" fill="var(--on-accent)"/></g></svg>')}
            <span>Pigeonhole <small>for developers</small></span>
          </a>
          <div class="find">
            <input
              id="find"
              type="search"
              placeholder="Find an operation, an event, a code"
              aria-label="Find an operation, an event, a code"
              autocomplete="off"
              spellcheck="false"
            />
            <kbd aria-hidden="true">/</kbd>
            <p id="found" role="status"></p>
          </div>
          <div class="choices">
            <fieldset>
              <legend>Code in</legend>
              <label><input type="radio" name="code" value="ts" checked /><span>TypeScript</span></label>
              <label><input type="radio" name="code" value="curl" /><span>curl</span></label>
            </fieldset>
            <button type="button" id="theme" aria-label="Light or dark">◐</button>
          </div>
        </header>
        <div class="page">
          <nav aria-label="On this page">
            <details id="menu" open>
              <summary>On this page</summary>
              <ul>
                ${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
              </ul>
            </details>
          </nav>
          <main id="main" tabindex="-1">
            <div class="lead">
              <h1>Lockers in your checkout</h1>
              <p>
                Find a station near your customer, hold a compartment, confirm the order, and hear when the parcel is there. One afternoon
                is enough.
              </p>
            </div>
            ${parts.map(
              ({ id, title, body }) =>
                html`<section class="part" id="${id}" aria-labelledby="title-${id}">
                  <h2 id="title-${id}"><a href="#${id}">${title}</a></h2>
                  ${body}
                </section>`,
            )}
          </main>
        </div>
      </body>
    </html>` as Html;
}
