import { start } from "../shell/start.tsx";

start(<h1 className="page py-8 text-title">Pigeonhole</h1>);
