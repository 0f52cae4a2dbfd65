import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { gist, isSideAsker, leaks, table, type Whole } from "@pigeonhole/server/access-table/testing-asking";
import { answerTo } from "@pigeonhole/server/access-table/table";
import { askers } from "@pigeonhole/server/access-table/row";
import { some, type Plan } from "../plan.ts";
import { cameOf, changeOf, type Town } from "./town.ts";

const place = "api: other tenants' ids";

/** Ann's ids on every route from everybody of Ben's: in the path, in the body, in the query. Answered like what nobody has, told nothing, changed nothing (I-38). */
export async function apiTenants({ ledger, size }: Plan, town: Town): Promise<void> {
  const { sides, asking } = town;
  const { ann, ben, world } = asking;
  const before = await town.ofAnn();
  const lines = some(
    { size },
    table.filter(({ row }) => !row.isLast),
    40,
  );
  for (const line of lines)
    await Promise.all(
      askers.map(async (asker) => {
        if (answerTo(line.row, asker) === "all" || line.row.id === undefined) return;
        const [foreign, nobodys] = [line.row.id(ann, isSideAsker(asker) ? asker : "shop"), randomUUID()];
        const headers = asking.headersOf(asker, line.row);
        const told = await asking.request(line, headers, foreign, ben);
        const ofNobodys = await asking.request(line, headers, nobodys, ben);
        const isAlike = isDeepStrictEqual(gist(told, foreign), gist(ofNobodys, nobodys));
        const leaked = leaks(told.text.replaceAll(foreign, ""), ann);
        const breach = ![401, 403, 404].includes(told.status)
          ? `answered ${told.status}`
          : !isAlike
            ? `is told apart from what nobody has: ${told.text.slice(0, 200)}`
            : leaked.length > 0
              ? `tells ${leaked.join(", ")}`
              : undefined;
        ledger.note(
          place,
          "in the path",
          "like what nobody has: 401, 403 or 404",
          cameOf(told),
          breach && `${line.operation} as ${asker}: ${breach}`,
        );
      }),
    );
  for (const line of lines) await insideBodies(line);
  const change = changeOf(before, await town.ofAnn());
  ledger.note(place, "what is somebody else's, afterwards", "as it was before", change === undefined ? "as it was" : "changed", change);

  /** What Ann would send, sent by Ben: her parcels, couriers and labels under his name. */
  async function insideBodies(line: Whole): Promise<void> {
    if (!line.takesBody || line.path.startsWith("/internal/")) return;
    const [theirs, own] = [line.row.body?.(ann, world), line.row.body?.(ben, world)];
    if (theirs === undefined || isDeepStrictEqual(theirs, own)) return;
    for (const asker of askers.filter(isSideAsker)) {
      if (answerTo(line.row, asker) === "no") continue;
      const id = line.row.id?.(ben, asker) ?? randomUUID();
      const told = await sides.ask(line.method, asking.addressOf(line, id, sides.station), ben.as[asker], theirs);
      const said = JSON.stringify(theirs);
      const leaked = leaks(told.text, ann).filter((secret) => !said.includes(secret));
      const breach =
        told.status >= 500 && told.body["code"] === "internal"
          ? "something broke"
          : leaked.length > 0
            ? `tells ${leaked.join(", ")}`
            : undefined;
      ledger.note(
        place,
        "in the body",
        "nothing of theirs is told or changed",
        cameOf(told),
        breach && `${line.operation} as ${asker}: ${breach}`,
      );
    }
  }
}
