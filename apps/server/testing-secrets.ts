import pg from "pg";

/** Every row of every table, as text. */
export async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname !~ '^(pg_|information_schema)'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(`${name}\n${rows.map(({ row }) => row).join("\n")}`);
  }
  await client.end();
  return texts.join("\n");
}

/** A secret as it may stand somewhere: plain, and as the usual encodings have it. */
export const shapesOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString("hex"),
  // Base64 depends on what stands before: the middle is the same for each of the three places.
  ...[0, 1, 2].flatMap((shift) => {
    const text = Buffer.from("x".repeat(shift) + secret).toString("base64");
    return secret.length < 8
      ? []
      : [
          text.slice(shift === 0 ? 0 : 4, -4),
          text
            .slice(shift === 0 ? 0 : 4, -4)
            .replaceAll("+", "-")
            .replaceAll("/", "_"),
        ];
  }),
];

/** Those of the secrets that stand in a text, in whatever shape. */
export const found = (text: string, secrets: readonly string[]): readonly string[] =>
  secrets.filter((secret) => shapesOf(secret).some((shape) => shape.length >= 6 && text.includes(shape)));
