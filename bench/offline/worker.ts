// Lives the plans that it is given, one after the other, beside others that do the same on other cores.
import { parentPort, workerData } from "node:worker_threads";
import { live } from "./life.ts";
import type { Plan } from "./plan.ts";

// A worker's port has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
for (const [plan, knocks] of workerData as readonly (readonly [Plan, number])[]) parentPort!.postMessage(await live(plan, knocks));
