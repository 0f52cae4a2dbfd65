import type { Headers, Side, startSides, Told } from "../testing-sides.ts";
import { lines, type Line } from "./table.ts";
import type { Asker, Row, SideAsker, World } from "./row.ts";

/** A route that has a row. */
export type Whole = Line & { readonly row: Row };
export const table: readonly Whole[] = lines.filter((line): line is Whole => line.row !== undefined);

export const isSideAsker = (asker: Asker): asker is SideAsker => ["customer", "courier", "shop", "carrier"].includes(asker);
/** What of somebody's stands in a text. */
export const leaks = (text: string, of: Side): readonly string[] => of.secrets.filter((secret) => text.includes(secret));
/** An answer without what it repeats of the question and the id of the request. */
export const gist = ({ status, body }: Told, id: string): unknown => ({
  status,
  ...JSON.parse(JSON.stringify({ ...body, instance: null }).replaceAll(id, "…")),
});

/** Two of everybody on one server, Ann's side and Ben's, and how anybody of Ben's side, or of nobody's, asks any route. */
export async function startAsking(sides: Awaited<ReturnType<typeof startSides>>) {
  const { server, station, ask } = sides;
  const [ann, ben] = [await sides.side("ann"), await sides.side("ben")];
  const [viewer, support] = [await server.operatorOf("viewer"), await server.operatorOf("support")];
  const moduleCalled = (name: string): Headers => ({ authorization: `Module ${server.config.MODULE_KEY}:${name}` });
  const world: World = { station, headers: { nobody: {}, viewer, support, admin: sides.operator, module: moduleCalled("access") } };

  /** Who asks, with their headers. The side is Ben's: what is foreign to him is Ann's. */
  const headersOf = (asker: Asker, { modules }: Row): Headers => {
    if (asker === "module") return moduleCalled(Array.isArray(modules) ? modules[0]! : "access");
    return isSideAsker(asker) ? ben.as[asker] : world.headers[asker];
  };
  /** The path with what stands in it: `station`, the id, and small numbers for what is counted. */
  const addressOf = ({ path, row }: Whole, id: string, inStation: string): string => {
    const at = path
      .replace("{station}", row.own === undefined && row.id === undefined ? inStation : station)
      .replace(/\{(compartment|generation)\}/, "1")
      .replaceAll(/\{(\w+)\}/g, (_, name: string) => row.params?.[name] ?? id);
    return row.query === undefined ? at : `${at}?${row.query}`;
  };
  const request = (line: Whole, headers: Headers, id: string, of: Side, inStation = station): Promise<Told> =>
    ask(line.method, addressOf(line, id, inStation), headers, line.takesBody ? line.row.body?.(of, world) : undefined);
  return { ann, ben, world, moduleCalled, headersOf, addressOf, request };
}
export type Asking = Awaited<ReturnType<typeof startAsking>>;
