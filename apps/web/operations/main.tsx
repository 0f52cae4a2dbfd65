import { RouterProvider } from "@tanstack/react-router";
import { start } from "../shell/start.tsx";
import { router } from "./router.tsx";

start(<RouterProvider router={router} />);
