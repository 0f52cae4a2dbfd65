import "./kiosk.css";
import { start } from "../shell/start.tsx";
import { KioskApp } from "./app.tsx";
import { lockDown } from "./lockdown.ts";

lockDown();
start(
  <div className="flex h-full flex-col">
    <KioskApp />
  </div>,
  { remember: false },
);
