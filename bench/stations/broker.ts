// The broker of the bench in a process of its own, so that it can be killed: DATABASE_URL, PORT, and the authority as a file in AUTHORITY.
import { readFileSync } from "node:fs";
import { startBroker } from "@pigeonhole/devices/broker";
import { caOf, type Authority } from "@pigeonhole/devices/certificates";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";

const ca = await caOf(JSON.parse(readFileSync(process.env["AUTHORITY"]!, "utf8")) as Authority, systemRandom);
await startBroker({
  db: connect(process.env["DATABASE_URL"]!, { connections: 8 }),
  ca,
  host: "127.0.0.1",
  port: Number(process.env["PORT"]),
  now: systemNow,
  monotonic: systemMonotonic,
  timers: systemTimers,
  log: createLog({ name: "broker", level: "error" }),
});
process.on("message", (message) => {
  if (message === "rss") process.send!({ rssMb: Math.round(process.memoryUsage.rss() / 1_048_576) });
});
process.on("disconnect", () => process.exit(0));
process.send!("ready");
