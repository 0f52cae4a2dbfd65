// What holds for every route, in the words of the document itself.

export const introduction = `Parcel lockers: search, hold, confirm, deliver, collect.

**Keys.** \`Authorization: Bearer phk_…\`; an operator hands it out with the scopes it needs (\`reservations\`, \`parcels\`, \`routes\`, \`couriers\`, \`conditions\`,
\`webhooks\`). Each operation names its scope. Keys of a sandbox begin with \`phs_\` and open nothing in the live network, and the reverse.

**Errors.** Every "no" is a problem document (RFC 9457, \`application/problem+json\`): act on \`code\`, which is stable; show \`title\` and
\`detail\`, which are sentences for people. Another owner's id answers \`404\`, as if it did not exist.

**Idempotency.** Operations that must take effect once require the header \`Idempotency-Key\`, 1 to 255 printable ASCII characters of your own, new for each
order and the same when you retry. The same key and body return the first answer; the same key with another body is refused with
\`idempotency_key_reused\` (422), no key with \`idempotency_key_missing\` (400). A refusal is not kept: the same key may be tried again.

**Rate limits.** So many requests a minute of one client address, as \`RateLimit-Policy\` says in each answer and \`RateLimit\` counts down; one more is refused
with \`too_many_requests\` (429) and \`Retry-After\` in seconds. \`try_again\` (503) also carries \`Retry-After\`: repeat it with the same key.

**Values.** Ids are UUIDs, instants ISO 8601 in UTC, lengths whole millimetres, weights whole grams. Unknown members of a request are refused; unknown
members of an answer may be added and are to be ignored.`;

export const securitySchemes = {
  key: {
    type: "http",
    scheme: "bearer",
    description: "An API key of a shop or a carrier. What stands beside it in an operation is the scope that the key needs.",
  },
  session: { type: "apiKey", in: "cookie", name: "ph_session", description: "A person who is signed in: customer, courier or operator." },
} as const;

export const headers = {
  RequestId: {
    description: "Under this id we find the request in our logs. Yours is kept when you send one: 1 to 64 letters, digits, `.`, `_`, `-`.",
    schema: { type: "string" },
    example: "01990000-0000-7000-8000-0000000000aa",
  },
  RateLimitPolicy: {
    description: "How many requests (`q`) within how many seconds (`w`). draft-ietf-httpapi-ratelimit-headers.",
    schema: { type: "string" },
    example: '"client";q=1200;w=60',
  },
  RateLimit: {
    description: "How many are left (`r`), and in how many seconds (`t`) all of them are back.",
    schema: { type: "string" },
    example: '"client";r=1187;t=42',
  },
  RetryAfter: { description: "Come back after so many seconds.", schema: { type: "integer", minimum: 1 }, example: 12 },
} as const;

/** What happens when the same is asked again, because the first answer was lost. */
export function repeatOf(method: string, takesKey: boolean, again: string | undefined): string | undefined {
  if (takesKey) return "Takes effect once per `Idempotency-Key`: repeated, it gives the same answer.";
  if (again !== undefined) return `Asked again: ${again}`;
  if (method === "put" || method === "delete") return "Asked again: the same is so as after the first time.";
  return undefined;
}
