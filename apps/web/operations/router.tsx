import { Broken } from "@pigeonhole/ui/error-boundary.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { Denied } from "@pigeonhole/ui/ask";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { plainSearch } from "../shell/to.tsx";
import { Frame } from "./frame.tsx";
import { Overview } from "./overview.tsx";

const Missing = () => (
  <div className="page py-6">
    <Failed heading error={new Denied({ code: "not_found", title: "", status: 404 })} />
  </div>
);
const root = createRootRoute({ component: Frame, notFoundComponent: Missing });
const at = (path: string, component: ReturnType<typeof lazyRouteComponent>) => createRoute({ getParentRoute: () => root, path, component });

export const router = createRouter({
  routeTree: root.addChildren([
    createRoute({ getParentRoute: () => root, path: "/", component: Overview }),
    at(
      "/stations/$station",
      lazyRouteComponent(() => import("./station-page.tsx"), "StationPage"),
    ),
    at(
      "/stations/$station/acceptance",
      lazyRouteComponent(() => import("./acceptance/page.tsx"), "AcceptancePage"),
    ),
    at(
      "/parcels/$parcel",
      lazyRouteComponent(() => import("./parcel-page.tsx"), "ParcelPage"),
    ),
    at(
      "/search",
      lazyRouteComponent(() => import("./search-page.tsx"), "SearchPage"),
    ),
    at(
      "/tasks",
      lazyRouteComponent(() => import("./tasks/page.tsx"), "TasksPage"),
    ),
    at(
      "/messages",
      lazyRouteComponent(() => import("./messages/page.tsx"), "MessagesPage"),
    ),
    at(
      "/software",
      lazyRouteComponent(() => import("./firmware/page.tsx"), "FirmwarePage"),
    ),
    at(
      "/shops",
      lazyRouteComponent(() => import("./shops/page.tsx"), "ShopsPage"),
    ),
    at(
      "/couriers/$courier",
      lazyRouteComponent(() => import("./couriers/page.tsx"), "CourierPage"),
    ),
    at(
      "/audit",
      lazyRouteComponent(() => import("./audit-page.tsx"), "AuditPage"),
    ),
    at(
      "/kept",
      lazyRouteComponent(() => import("./kept/page.tsx"), "KeptPage"),
    ),
    at(
      "/account",
      lazyRouteComponent(() => import("./account/page.tsx"), "AccountPage"),
    ),
  ]),
  basepath: "/operations",
  ...plainSearch,
  defaultErrorComponent: () => <Broken heading />,
  defaultPendingComponent: () => <Spinner />,
  scrollRestoration: true,
});
