import { Broken } from "@pigeonhole/ui/error-boundary.tsx";
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { useParam } from "../shell/to.tsx";
import { Frame } from "./frame.tsx";
import { RoutePage } from "./route-page.tsx";
import { StopPage } from "./stop-page.tsx";

const root = createRootRoute({ component: Frame, notFoundComponent: RoutePage });
const route = createRoute({ getParentRoute: () => root, path: "/", component: RoutePage });
const stop = createRoute({ getParentRoute: () => root, path: "/stops/$station", component: StopAt });

function StopAt() {
  const station = useParam("station");
  return <StopPage key={station} station={station} />;
}

export const router = createRouter({
  routeTree: root.addChildren([route, stop]),
  basepath: "/courier",
  defaultErrorComponent: () => <Broken />,
  scrollRestoration: true,
});
