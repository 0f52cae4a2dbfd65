import { randomUUID } from "node:crypto";
import { table, isSideAsker, type Whole } from "@pigeonhole/server/access-table/testing-asking";
import { answerTo } from "@pigeonhole/server/access-table/table";
import { askers } from "@pigeonhole/server/access-table/row";
import { bent, evilBodies, evilIds, evilQueries } from "@pigeonhole/server/testing-hostile";
import type { Headers } from "@pigeonhole/server/testing-sides";
import { atOnce, some, type Plan } from "../plan.ts";
import { bare, cameOf, changeOf, faultOf, type Town } from "./town.ts";

const place = "api: input";
const refusedOrTaken = "a refusal with a code, or taken as what it is; never broken, nobody else's things changed";
const refused = "a refusal with a code";
/** What ends an asker's session, account or the station of the others: such a route is asked for nobody's things. */
const lasting = /erase|signOut|revoke|remove|move$/i;

const types = [
  ["text/plain", "size=small"],
  ["application/x-www-form-urlencoded", "a=1"],
  ["multipart/form-data; boundary=x", "--x--"],
  ["application/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"],
  ["application/json; charset=utf-7", "+AHsAfQ-"],
  ["application/cbor", "\u00bf\u00ff"],
] as const;
/** Members that nobody asked for: whoever takes them along changes what they may not. */
const assigned = {
  state: "collected",
  price: 0,
  tenantId: randomUUID(),
  role: "admin",
  owner: "operator:1",
  isAdmin: true,
  polluted: 1,
};

/** Everything of reliability §2 in ids, bodies, queries and types, on every route, from somebody who may ask it: past the first check. */
export async function apiInput({ ledger, size }: Plan, town: Town): Promise<void> {
  const { sides, asking } = town;
  const { url } = sides.server;
  const before = await town.ofAnn();
  const plan = { size };
  const ask = async (what: string, expected: string, line: Whole, at: string, init: RequestInit, mustRefuse = false): Promise<void> => {
    const told = await bare(`${url}/api${at}`, { method: line.method, ...init });
    // Refused by the parser of HTTP itself, before any of our code.
    const isParsers = told.text === "" && [0, 400, 413, 414, 431].includes(told.status);
    const fault = isParsers ? undefined : faultOf(told);
    const taken =
      mustRefuse && told.status >= 200 && told.status < 400 ? `it was taken: ${told.status} ${told.text.slice(0, 200)}` : undefined;
    const breach = fault ?? taken;
    ledger.note(
      place,
      what,
      expected,
      cameOf(told),
      breach && `${line.operation} (${line.method} ${at.slice(0, 120)}) ${String(init.body ?? "").slice(0, 120)}: ${breach}`,
    );
  };
  for (const line of table.filter(({ row, path }) => !row.isLast && !path.startsWith("/internal/"))) {
    const asker = askers.find((each) => each !== "nobody" && each !== "module" && answerTo(line.row, each) !== "no");
    const who: Headers = asker === undefined ? {} : asking.headersOf(asker, line.row);
    const headers = { ...who, "content-type": "application/json", "idempotency-key": randomUUID() };
    const own =
      lasting.test(line.operation) || line.row.id === undefined
        ? randomUUID()
        : line.row.id(asking.ben, asker !== undefined && isSideAsker(asker) ? asker : "shop");
    const station = lasting.test(line.operation) ? randomUUID() : sides.station;
    const address = (id: string): string => asking.addressOf(line, id, station);
    const good = line.takesBody ? line.row.body?.(asking.ben, asking.world) : undefined;
    const withBody = (body: unknown): RequestInit => ({
      headers: { ...headers, "idempotency-key": randomUUID() },
      body: JSON.stringify(body),
    });
    const tries: [string, string, string, RequestInit, boolean?][] = [];
    if (line.path.includes("{"))
      for (const id of some(plan, evilIds, 1))
        tries.push([
          "in the place of an id",
          refusedOrTaken,
          address(id).replaceAll(station, id),
          line.takesBody ? withBody(good ?? {}) : { headers: who },
        ]);
    if (line.method === "GET")
      for (const query of some(plan, evilQueries, 1)) {
        const at = address(own);
        tries.push(["in the place of a query", refusedOrTaken, `${at}${at.includes("?") ? "&" : "?"}${query}`, { headers: who }]);
      }
    if (line.takesBody) {
      for (const body of some(plan, evilBodies, 1)) tries.push(["in the place of a body", refusedOrTaken, address(own), { headers, body }]);
      for (const [type, body] of some(plan, types, 1))
        tries.push(["another content type", refused, address(own), { headers: { ...headers, "content-type": type }, body }, true]);
      if (typeof good === "object" && good !== null && !Array.isArray(good)) {
        for (const [name, value] of some(plan, Object.entries(assigned), 1))
          if (!(name in good))
            tries.push(["a member that nobody asked for", refused, address(own), withBody({ ...good, [name]: value }), true]);
        for (const body of some(plan, [...bent(good)], 2))
          tries.push(["one wrong value in what is right otherwise", refusedOrTaken, address(own), withBody(body)]);
        tries.push([
          "a member twice",
          refusedOrTaken,
          address(own),
          { headers, body: JSON.stringify(good).replace("{", '{"__proto__":{"polluted":1},') },
        ]);
      }
    }
    await atOnce(tries, 8, ([what, expected, at, init, mustRefuse]) => ask(what, expected, line, at, init, mustRefuse));
  }
  const change = changeOf(before, await town.ofAnn());
  ledger.note(place, "what is somebody else's, afterwards", "as it was before", change === undefined ? "as it was" : "changed", change);
}
