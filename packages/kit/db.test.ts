import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { connect } from "./db.ts";
import { testDatabase } from "./testing.ts";

test("G-54: the line to the database breaks between two statements of a transaction: the transaction fails, the process lives, and the next one has a new session", async () => {
  await using database = await testDatabase([]);
  const db = connect<never>(await database.fresh(), { connections: 2 });
  try {
    const work = db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(db);
      // Nobody listens to the session now: that it ended has to hurt nobody.
      for (let isThere = true; isThere;) {
        const { rows: left } = await sql`select from pg_stat_activity where pid = ${rows[0]!.pid}`.execute(db);
        isThere = left.length > 0;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      await sql`select 1`.execute(tx);
    });
    await assert.rejects(work);
    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(db);
    assert.equal(rows[0]!.one, 1);
  } finally {
    await db.destroy();
  }
});
