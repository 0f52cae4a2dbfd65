import "./kiosk.css";
import { start } from "../shell/start.tsx";
import { Entrance } from "./entrance.tsx";

start(
  <div className="flex h-full flex-col">
    <Entrance />
  </div>,
  { remember: false },
);
