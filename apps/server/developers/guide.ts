// What somebody with one afternoon reads from above to below. The code of it is that of packages/client/examples, which a test runs.
import { readFileSync } from "node:fs";
import { html } from "hono/html";
import { scopes } from "@pigeonhole/identity/contract";
import { maxPerDay } from "@pigeonhole/sandbox/contract";
import { catalogue } from "@pigeonhole/webhooks/catalogue/contract";
import { callers } from "../openapi/callers.ts";
import type { Document } from "../openapi/document.ts";
import type { Schema } from "../openapi/example.ts";
import { code, prose, type Html } from "./code.ts";
import { codesOf, fields } from "./reference.ts";

const example = (name: string): string => readFileSync(new URL(`../../../packages/client/examples/${name}.ts`, import.meta.url), "utf8");

const quickCurl = `
curl "$PIGEONHOLE_URL/api/search?lat=59.437&lon=24.745&size=small"
curl "$PIGEONHOLE_URL/api/stations/$STATION/holds" \\
  -H "Authorization: Bearer $PIGEONHOLE_KEY" -H "Idempotency-Key: order-1001" \\
  -H "Content-Type: application/json" -d '{"orderId": "1001", "size": "small"}'
curl "$PIGEONHOLE_URL/api/reservations/$RESERVATION/confirm" \\
  -H "Authorization: Bearer $PIGEONHOLE_KEY" -H "Idempotency-Key: order-1001-confirm" \\
  -H "Content-Type: application/json" -d '{"recipient": {"name": "Ann", "email": "ann@example.org"}}'`;

const verifyShell = `
# the header says v1,<signature>; the secret begins with whsec_
key=$(printf %s "$WEBHOOK_SECRET" | cut -c7- | base64 -d | od -An -tx1 | tr -d ' \\n')
printf '%s.%s.%s' "$WEBHOOK_ID" "$WEBHOOK_TIMESTAMP" "$BODY" \\
  | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64`;

const driveCurl = (what: string, body: string): string => `curl "$PIGEONHOLE_URL/api/sandbox/${what}" \\
  -H "Authorization: Bearer $PIGEONHOLE_KEY" -H "Content-Type: application/json" -d '${body}'`;

const about: Readonly<Record<(typeof scopes)[number], string>> = {
  reservations: "hold, confirm, cancel; the limits of your orders",
  parcels: "follow parcels, send fresh codes, recall, redirect, receipts and EPCIS events; announce parcels without a checkout",
  routes: "carriers: routes, retrievals, what went wrong at the door",
  couriers: "carriers: who drives for you",
  webhooks: "endpoints, deliveries, replays",
  conditions: "attest that an age is proven or a parcel is paid, and nothing else: for whoever does that for you",
};

export interface Part {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export function guide(document: Document): readonly Part[] {
  const countOf = (scope: string): number => [...callers.values()].filter((each) => each.scope === scope).length;
  return [
    {
      id: "quick-start",
      title: "Quick start",
      body: html`<p>
          A compartment in three calls: which stations are near, hold one while your customer pays, confirm when they have. With
          <a href="#sandbox">a sandbox of your own</a> this takes ten minutes, and nothing real moves.
        </p>
        ${code({ language: "ts", text: example("quick-start") }, { language: "curl", text: quickCurl })}
        <p data-language="ts">
          <code>npm install @pigeonhole/client</code>: no dependencies, for Node 20 and newer, Deno, Bun and browsers. Where the network
          does not publish it, whoever runs it packs it for you: <code>npm pack -w packages/client</code>.
        </p>
        <p>
          From here the recipient gets a code and a QR code when the parcel lies in the compartment; you never see the code. You hear of it
          by <a href="#webhooks">webhook</a>, or ask <a href="#parcels.get"><code>GET /api/parcels/{id}</code></a
          >.
        </p>`,
    },
    {
      id: "sandbox",
      title: "Sandbox",
      body: html`<p>
          A network of your own: the same software with its own database, a station whose cabinet is simulated by the software that runs in
          real ones, a courier, and a clock that you move. Mails and text messages lie in its inbox; no door and no person outside of it is
          touched.
        </p>
        <div class="make" id="make">
          <button type="button" class="primary" id="make-button">Make a sandbox</button>
          <p id="make-told" role="status">
            Ready in a few seconds. ${String(maxPerDay)} a day for each address; it is thrown away when you have not used it for a month.
          </p>
          <dl id="made" hidden></dl>
        </div>
        ${code({ language: "ts", text: example("sandbox") }, { language: "curl", text: [driveCurl("deposits", '{"parcel": "…"}'), driveCurl("clock", '{"days": 4}'), driveCurl("collections", '{"code": "48291507"}')].join("\n") })}
        <ul>
          <li>
            <a href="#sandbox.deposit">The courier puts it in</a>, <a href="#sandbox.retrieve">takes it out</a>;
            <a href="#sandbox.collect">the customer types the code</a>.
          </li>
          <li>
            <a href="#sandbox.network">The cable is pulled</a>: codes work all the same, and you hear of it when it is plugged in again.
          </li>
          <li>
            <a href="#sandbox.advance">Time passes</a>: reminders, expiry, webhooks happen in their order, before the call returns. The
            times in events are those of the sandbox; the signature's is the true one, so that libraries accept it.
          </li>
          <li><a href="#notifications.inbox">The inbox</a> shows every message, with the code in it.</li>
        </ul>`,
    },
    {
      id: "keys",
      title: "Keys and scopes",
      body: html`<p>
          <code>Authorization: Bearer phk_…</code> names your shop or carrier. An operator of the network hands keys out, each with the
          scopes that it needs, and revokes them. Keep them on your server. Keys of a sandbox begin with <code>phs_</code>; neither side
          takes the other's.
        </p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Scope</th>
                <th>For</th>
                <th>Operations</th>
              </tr>
            </thead>
            <tbody>
              ${scopes.map(
                (scope) =>
                  html`<tr>
                    <td><code>${scope}</code></td>
                    <td>${about[scope]}</td>
                    <td>${String(countOf(scope))}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        <p>
          A key without the scope is answered <code>403 not_allowed</code>, with the scope's name. Another owner's id is answered
          <code>404</code>, as if it did not exist.
        </p>`,
    },
    {
      id: "idempotency",
      title: "Idempotency",
      body: html`<p>
          Send <code>Idempotency-Key</code> with what must happen once: a value of your own, 1 to 255 printable ASCII characters without
          spaces, new for each order, the same when you retry. The same key and the same body give the first answer again; the same key with
          another body is refused with <a href="#code-idempotency_key_reused"><code>idempotency_key_reused</code></a
          >; none at all with <a href="#code-idempotency_key_missing"><code>idempotency_key_missing</code></a
          >. A refusal is not kept: when the cause is gone, the same key may succeed. Each operation below says what a repetition does.
        </p>
        <p>
          The client package makes a key by itself and keeps it for its retries; give your own where a retry may come after a restart:
          <code>hold({ … }, { idempotencyKey: "order-1001" })</code>.
        </p>`,
    },
    {
      id: "limits",
      title: "Rate limits",
      body: html`<p>
          Requests are counted for each client address within a minute. Every answer says how many there may be and how many are left; one
          too many is refused with
          <a href="#code-too_many_requests"><code>429 too_many_requests</code></a> and <code>Retry-After</code>.
          <code>503 try_again</code> carries it too: repeat the same, with the same key.
        </p>
        ${code({ text: 'HTTP/1.1 429 Too Many Requests\nRetry-After: 12\nRateLimit-Policy: "client";q=1200;w=60\nRateLimit: "client";r=0;t=12\n\n{"code": "too_many_requests", "title": "Too many requests", "detail": "Too many requests; try again in 12 s.", "retryAfterSeconds": 12, …}' })}`,
    },
    {
      id: "errors",
      title: "Errors",
      body: html`<p>
          Every "no" is a problem document (RFC 9457). Act on <code>code</code>: it is stable. Show <code>title</code> and
          <code>detail</code>: they are sentences for people. Further members say what to do instead. <code>instance</code> is the request's
          id: name it when you ask us.
        </p>
        ${code(
          {
            language: "ts",
            text: 'try {\n  await network.reservations.hold({ station, orderId: "1001", size: "small" });\n} catch (error) {\n  if (isProblem(error, "station_full")) offer(error.document.alternatives);\n  else throw error;\n}',
          },
          {
            language: "curl",
            text: '{\n  "code": "station_full",\n  "status": 409,\n  "title": "No free compartment of that size",\n  "alternatives": [{ "station": "…", "name": "Viru keskus", "distanceMetres": 640 }]\n}',
          },
        )}
        <details class="all">
          <summary>Every code</summary>
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th>Code</th>
                  <th>Status</th>
                  <th>Says</th>
                </tr>
              </thead>
              <tbody>
                ${codesOf(document).map(
                  (each) =>
                    html`<tr id="code-${each.code}" data-find="${`${each.code} ${each.titles.join(" ").toLowerCase()}`}">
                      <td><code>${each.code}</code></td>
                      <td>${each.status}</td>
                      <td>${each.titles.join("; ")}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>
        </details>`,
    },
    {
      id: "webhooks",
      title: "Webhooks",
      body: html`<p>
          <a href="#webhooks.create"><code>POST /api/webhooks</code></a> names an address of yours and the events it wants, and answers a
          secret once. Each event is posted there, signed as
          <a href="https://www.standardwebhooks.com" rel="noreferrer">Standard Webhooks</a> has it: <code>v1</code> with your secret
          (HMAC-SHA256), and <code>v1a</code> with the network's key (Ed25519, public at
          <a href="#webhooks.key"><code>/api/webhook-key</code></a
          >). Verify the bytes as they came, before you believe them.
        </p>
        ${code({ language: "ts", text: example("receive-webhooks") }, { language: "curl", text: verifyShell })}
        <ul>
          <li>
            <strong>Answer 2xx within 15 seconds</strong>, work afterwards. Anything else is tried again after 5 s, 5 min, 30 min, 2 h, 5 h,
            10 h, 14 h, 20 h, 24 h; <code>410</code> ends the endpoint.
          </li>
          <li>
            <strong>At least once, in no promised order.</strong> The same <code>webhook-id</code> is the same event;
            <code>timestamp</code> tells which is later.
          </li>
          <li>
            <strong>You missed some?</strong> <a href="#webhooks.deliveries">See what was sent</a>,
            <a href="#webhooks.replay">have a time sent again</a>, <a href="#webhooks.tryOut">send a test</a>,
            <a href="#webhooks.rotate">change the secret</a>.
          </li>
        </ul>
        <h3 id="events">Events</h3>
        ${[...catalogue].map(
          ([type, { when, example: shown }]) =>
            html`<details class="operation" id="event-${type}" data-find="${`${type} ${when.toLowerCase()}`}">
              <summary>
                <span class="method event">EVENT</span> <span class="summary"><code>${type}</code></span
                ><span class="path">${when}</span>
              </summary>
              <div class="inside">${prose(when)} ${code({ text: JSON.stringify(shown, null, 2) })} ${dataOf(document, type)}</div>
            </details>`,
        )}`,
    },
    {
      id: "epcis",
      title: "EPCIS",
      body: html`<p>
          Hand-overs as GS1 EPCIS 2.0 events (JSON-LD): of one parcel by
          <a href="#custody.parcelEvents"><code>GET /api/parcels/{id}/epcis</code></a
          >, of all of yours, page by page, by <a href="#custody.events"><code>GET /api/epcis-events</code></a
          >. Each <code>eventID</code> is the digest of the signed receipt of that hand-over, so that both prove the same.
        </p>
        ${code(
          {
            language: "ts",
            text: 'for await (const event of network.custody.events.all({ from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" })) console.log(event);',
          },
          {
            language: "curl",
            text: 'curl "$PIGEONHOLE_URL/api/epcis-events?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z" \\\n  -H "Authorization: Bearer $PIGEONHOLE_KEY"',
          },
        )}`,
    },
  ];
}

function dataOf(document: Document, type: string): Html {
  const { post } = document.webhooks[type] as { post: { requestBody: { content: Record<string, { schema: Schema }> } } };
  const schema = post.requestBody.content["application/json"]!.schema;
  return html`<h4><code>data</code></h4>
    ${fields(schema.properties!["data"]!, document)}`;
}
