import type { createRoute } from "@hono/zod-openapi";
import { contracts } from "../contracts.ts";
import { moduleNames, type ModuleName } from "../modules.ts";
import { accessRows } from "./access.ts";
import { auditRows } from "./audit.ts";
import { courierRows } from "./couriers.ts";
import { custodyRows } from "./custody.ts";
import { deadletterRows } from "./deadletters.ts";
import { deviceRows } from "./devices.ts";
import { firmwareRows } from "./firmware.ts";
import { invariantRows } from "./invariants.ts";
import { identityRows } from "./identity.ts";
import { networkRows } from "./network.ts";
import { notificationRows } from "./notifications.ts";
import { parcelRows } from "./parcels.ts";
import { privacyRows } from "./privacy.ts";
import { returnRows } from "./returns.ts";
import { reservationRows } from "./reservations.ts";
import { webhookRows } from "./webhooks.ts";
import { askers, type Asker, type Row, type Rows } from "./row.ts";

/** Who may do what (A10.2): one row per route, beside the others of its module. */
export const rows: Readonly<Record<ModuleName, Rows>> = {
  identity: identityRows,
  network: networkRows,
  reservations: reservationRows,
  parcels: parcelRows,
  access: accessRows,
  devices: deviceRows,
  firmware: firmwareRows,
  couriers: courierRows,
  returns: returnRows,
  notifications: notificationRows,
  custody: custodyRows,
  audit: auditRows,
  deadletters: deadletterRows,
  invariants: invariantRows,
  privacy: privacyRows,
  webhooks: webhookRows,
};

type Route = ReturnType<typeof createRoute>;
export const isRoute = (shown: unknown): shown is Route =>
  typeof shown === "object" && shown !== null && "method" in shown && "path" in shown && "responses" in shown;

/** A route of the contracts with its row, if it has one. */
export interface Line {
  readonly module: ModuleName;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly takesBody: boolean;
  readonly row: Row | undefined;
}

/** Every route of every module, in the order of the contracts. */
export const lines: readonly Line[] = moduleNames.flatMap((module) =>
  contracts[module]
    .flatMap((contract) => Object.values(contract))
    .filter(isRoute)
    .map((route) => ({
      module,
      operation: route.operationId ?? `${route.method} ${route.path}`,
      method: route.method.toUpperCase(),
      path: route.path,
      takesBody: route.request?.body !== undefined,
      row: rows[module][route.operationId ?? ""],
    })),
);

/** How somebody who asks is answered. */
export const answerTo = (row: Row, asker: Asker): "all" | "own" | "no" =>
  (row.all?.includes(asker) ?? false) || (asker === "module" && row.modules !== undefined)
    ? "all"
    : ((row.own as readonly Asker[] | undefined)?.includes(asker) ?? false)
      ? "own"
      : "no";

const head = ["route", ...askers.map((asker) => (asker === "module" ? "modules" : asker))];
const cells = ({ operation, method, path, row = {} }: Line): readonly string[] => [
  `\`${operation}\`<br>${method} ${path}`,
  ...askers.map((asker) => {
    if (asker === "module" && Array.isArray(row.modules)) return row.modules.join(", ");
    return { all: "yes", own: "own", no: "·" }[answerTo(row, asker)];
  }),
];
const line = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;

/** docs/access-table.md. */
export const tableText = (): string =>
  [
    "# Who may do what",
    "",
    "Written by `node apps/server/access-table/write.ts` from the contracts and `apps/server/access-table/`; a test asks every cell of it.",
    "",
    "**yes**: served, whatever they ask for. **own**: served with what is theirs; what belongs to somebody else is answered exactly like",
    "what is not there. **·**: refused, with 401 to whoever is not signed in and with 403 to everybody else; routes between modules do not",
    "exist for anybody else and answer 404. Where a column *modules* names some, the others are refused. An API key also needs the scope of",
    "its route. No route makes or shows a code but `access.pickup`, which answers to the recipient alone, and `returns.code`, which answers to",
    "whoever puts something in.",
    "",
    ...moduleNames.flatMap((module) => [
      `## ${module}`,
      "",
      line(head),
      line(head.map(() => "---")),
      ...lines.filter((each) => each.module === module).map((each) => line(cells(each))),
      "",
    ]),
  ].join("\n");
