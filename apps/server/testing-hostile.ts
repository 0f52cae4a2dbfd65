// What is sent to the server by those who mean no good, or know no better (reliability §2): shared by the tests and `npm run adversary`.

/** In the place of an id. */
export const evilIds = [
  "1",
  "-1",
  "9007199254740993",
  "NaN",
  "1e309",
  "0x10",
  "..%2F..%2Fetc%2Fpasswd",
  "%00",
  "٣٤",
  "a".repeat(3_000),
  "00000000-0000-0000-0000-000000000000'--",
  "null",
  "%F0%9F%93%A6",
  "01987654-3210-7000-8000-000000000000",
];
const deep = "[".repeat(10_000) + "]".repeat(10_000);
/** In the place of a body. */
export const evilBodies = [
  "",
  "{",
  "null",
  "[]",
  "0",
  '"text"',
  "{}",
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"role":"admin"}}}',
  `{"a":${deep}}`,
  '{"a":1,}',
  "\ufeff{}",
  '{"station":"\\u0000","size":"small","orderId":"x"}',
  '{"size":"small","orderId":"\\ud800"}',
  '{"orderId":-1,"size":1e309}',
  '{"kind":"operator","email":["a@b.c"],"password":{"$ne":1}}',
  `{"orderId":"${"x".repeat(100_000)}","size":"small"}`,
];
/** In the place of a query. */
export const evilQueries = [
  "limit=-1",
  "limit=1e309",
  "limit=NaN",
  "before=x",
  "lat=91&lon=0",
  "lat=NaN&lon=NaN",
  "lat=1&lon=2&size=huge",
  "lat=59.4&lon=24.7&openAt=yesterday",
  "q=%00",
  "q=%25%5F'--",
  "q=%F0%9F%93%A6",
  "west=180&east=-180",
  "station=1",
  "beforeSeq=9007199254740993",
];

/** In the place of a text. */
export const texts = [
  "",
  " ",
  "\u0000",
  "a\u0000bcd",
  "\ud800abc",
  "\u202eabcd",
  "'; drop schema kit cascade; --",
  "{{7*7}}${7*7}",
  "%",
  "_",
  "\\",
  "../../../etc/passwd",
  "x".repeat(500_000),
  "👩‍👩‍👧‍👦".repeat(20),
  "٣٤٥٦٧٨",
  "0000-01-01",
  "9999-12-31",
  "2026-02-30",
  "true",
  "null",
];
/** In the place of anything. */
export const others: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  [],
  {},
  [[]],
  { $ne: 1 },
  Array.from({ length: 5_000 }, () => "abcd"),
];

/** Every copy of `value` in which one leaf, list or member is another one, a member is missing, or there is one too many. `choose`: which of the others at one place. */
export function* bent(value: unknown, choose: (values: readonly unknown[]) => readonly unknown[] = (values) => values): Generator<unknown> {
  yield* choose(typeof value === "string" ? [...texts, ...others] : [...others, "", "\u0000", "1"]);
  if (value === null || typeof value !== "object") return;
  for (const [key, part] of Object.entries(value)) {
    for (const other of bent(part, choose)) yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  }
}
