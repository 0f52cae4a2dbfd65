import { RouterProvider } from "@tanstack/react-router";
import { start } from "../shell/start.tsx";
import { router } from "./router.tsx";

start(<RouterProvider router={router} />);
if (import.meta.env.PROD && "serviceWorker" in navigator) void navigator.serviceWorker.register("/courier/sw.js", { scope: "/courier/" });
