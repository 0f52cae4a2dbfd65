import { Broken } from "@pigeonhole/ui/error-boundary.tsx";
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { useParam } from "../shell/to.tsx";
import { CollectPage } from "./collect-page.tsx";
import { Frame } from "./frame.tsx";
import { KioskPage } from "./kiosk-page.tsx";
import { ReceiptsPage } from "./receipts-page.tsx";
import { RoutePage } from "./route-page.tsx";
import { StopPage } from "./stop-page.tsx";

const root = createRootRoute({ component: Frame, notFoundComponent: RoutePage });
const route = createRoute({ getParentRoute: () => root, path: "/", component: RoutePage });
const stop = createRoute({ getParentRoute: () => root, path: "/stops/$station", component: StopAt });

function StopAt() {
  const station = useParam("station");
  return <StopPage key={station} station={station} />;
}

const collect = createRoute({ getParentRoute: () => root, path: "/stops/$station/collect", component: CollectAt });

function CollectAt() {
  const station = useParam("station");
  return <CollectPage key={station} station={station} />;
}

const kiosk = createRoute({ getParentRoute: () => root, path: "/stops/$station/kiosk", component: KioskAt });
const receipts = createRoute({ getParentRoute: () => root, path: "/receipts", component: ReceiptsPage });

function KioskAt() {
  return <KioskPage station={useParam("station")} />;
}

export const router = createRouter({
  routeTree: root.addChildren([route, stop, collect, kiosk, receipts]),
  basepath: "/courier",
  defaultErrorComponent: () => <Broken heading />,
  scrollRestoration: true,
});
