import { Broken } from "@pigeonhole/ui/error-boundary.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { reservations } from "../shell/api.ts";
import { queries } from "../shell/start.tsx";
import { Choose } from "./choose.tsx";
import { Frame } from "./frame.tsx";
import { Missing } from "./missing.tsx";
import { reservationQuery } from "./queries.ts";
import { readWish } from "./wish.ts";

/** Going away from a hold that was not confirmed gives the door back; a lost connection leaves it to lapse by itself. */
function releaseHold(id: string): void {
  const held = queries.getQueryData(reservationQuery(id).queryKey);
  if (held?.state !== "held") return;
  void reservations.reservations[":id"].cancel.$post({ param: { id } }, { init: { keepalive: true } }).then(
    () => queries.invalidateQueries({ queryKey: ["search"] }),
    () => undefined,
  );
  queries.removeQueries({ queryKey: reservationQuery(id).queryKey });
}

const root = createRootRoute({ component: Frame, notFoundComponent: Missing });
const choose = createRoute({ getParentRoute: () => root, path: "/", validateSearch: readWish, component: Choose });
const station = createRoute({
  getParentRoute: () => root,
  path: "/stations/$station",
  validateSearch: readWish,
  component: lazyRouteComponent(() => import("./station.tsx"), "StationPage"),
});
const hold = createRoute({
  getParentRoute: () => root,
  path: "/holds/$reservation",
  validateSearch: readWish,
  component: lazyRouteComponent(() => import("./hold.tsx"), "HoldPage"),
  onLeave: ({ params }) => releaseHold(params.reservation),
});
const parcels = createRoute({
  getParentRoute: () => root,
  path: "/parcels",
  component: lazyRouteComponent(() => import("./parcels.tsx"), "ParcelsPage"),
});
const parcel = createRoute({
  getParentRoute: () => root,
  path: "/parcels/$parcel",
  component: lazyRouteComponent(() => import("./parcel.tsx"), "ParcelPage"),
});
const history = createRoute({
  getParentRoute: () => root,
  path: "/history",
  component: lazyRouteComponent(() => import("./history.tsx"), "HistoryPage"),
});
const away = createRoute({
  getParentRoute: () => root,
  path: "/away",
  component: lazyRouteComponent(() => import("./vacation-page.tsx"), "VacationPage"),
});
const myData = createRoute({
  getParentRoute: () => root,
  path: "/my-data",
  component: lazyRouteComponent(() => import("./my-data/page.tsx"), "MyDataPage"),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("./sign-in-page.tsx"), "SignInRoute"),
});
const messages = createRoute({
  getParentRoute: () => root,
  path: "/messages",
  validateSearch: ({ fewer }: Record<string, unknown>): { fewer?: string } =>
    typeof fewer === "string" && /^[0-9a-f]{52}$/.test(fewer) ? { fewer } : {},
  component: lazyRouteComponent(() => import("./messages/page.tsx"), "MessagesPage"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("./people.tsx"), "PeoplePage"),
});
const collect = createRoute({
  getParentRoute: () => root,
  path: "/collect",
  component: lazyRouteComponent(() => import("./collect.tsx"), "CollectPage"),
});
const consent = createRoute({
  getParentRoute: () => root,
  path: "/consent",
  component: lazyRouteComponent(() => import("./consent.tsx"), "ConsentPage"),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  component: lazyRouteComponent(() => import("./inbox.tsx"), "InboxPage"),
});

const text = (value: unknown): string | undefined => (typeof value === "string" && /^[0-9a-f-]{36}$/.test(value) ? value : undefined);
const returnList = createRoute({
  getParentRoute: () => root,
  path: "/returns",
  component: lazyRouteComponent(() => import("./returns/list-page.tsx"), "ReturnsPage"),
});
const newReturn = createRoute({
  getParentRoute: () => root,
  path: "/returns/new",
  validateSearch: (raw: Record<string, unknown>): { parcel?: string; authorisation?: string } => {
    const [parcel, authorisation] = [text(raw.parcel), text(raw.authorisation)];
    return { ...(parcel && { parcel }), ...(authorisation && { authorisation }) };
  },
  component: lazyRouteComponent(() => import("./returns/new-page.tsx"), "NewReturnPage"),
});
const oneReturn = createRoute({
  getParentRoute: () => root,
  path: "/returns/$return",
  component: lazyRouteComponent(() => import("./returns/return-page.tsx"), "ReturnPage"),
});
const send = createRoute({
  getParentRoute: () => root,
  path: "/send",
  component: lazyRouteComponent(() => import("./returns/send-page.tsx"), "SendPage"),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  validateSearch: ({ parcel }: Record<string, unknown>): { parcel?: string } =>
    typeof parcel === "string" && /^[0-9a-f-]{36}$/.test(parcel) ? { parcel } : {},
  component: lazyRouteComponent(() => import("../verify/verify-page.tsx"), "VerifyPage"),
});

const returnRoutes = [returnList, newReturn, oneReturn, send] as const;
export const router = createRouter({
  routeTree: root.addChildren([
    choose,
    station,
    hold,
    parcels,
    parcel,
    history,
    away,
    signIn,
    people,
    collect,
    consent,
    inbox,
    messages,
    verify,
    myData,
    ...returnRoutes,
  ]),
  defaultErrorComponent: () => <Broken heading />,
  defaultPendingComponent: () => <Spinner />,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
