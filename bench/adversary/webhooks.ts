import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";
import { refusedUrl, sender } from "@pigeonhole/webhooks/sending";
import { after } from "@pigeonhole/webhooks/domain";
import type { Plan } from "./plan.ts";

const place = "webhooks";

/** Forms in which addresses inside are written: as shops give them, and as names come to mean them after they were taken. */
const hosts = [
  "127.0.0.1",
  "127.1",
  "127.000.000.001",
  "2130706433",
  "0x7f000001",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "0",
  "0.0.0.0",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[0:0:0:0:0:ffff:127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[2002:7f00:1::]",
  "[fe80::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[ff02::1]",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "2852039166",
  "100.64.0.1",
  "198.18.0.1",
  "192.0.2.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "①②⑦.⓪.⓪.①",
  "１２７.０.０.１",
] as const;
/** Names that are no addresses: looked up only when something is sent, but not one of these ever. */
const names = [
  "metadata.google.internal",
  "db.internal",
  "printer.local",
  "router.home.arpa",
  "a.localhost",
  "intranet",
  "x.test",
  "x.invalid",
  "x.onion",
  "example.",
  "kubernetes.default.svc.local",
] as const;
const odd = [
  "ftp://shop.eu/x",
  "file:///etc/passwd",
  "gopher://127.0.0.1:6379/_x",
  "data:text/plain,x",
  "https://user:pass@shop.eu/x",
  "https://shop.eu@127.0.0.1/x",
  "https://127.0.0.1#@shop.eu/",
  "https://127.0.0.1\\@shop.eu/x",
  "http://shop.eu/x",
  "unix:/run/docker.sock",
] as const;

/** What shops give as the address of their endpoint: nothing inside is taken, and nothing inside is connected to, whatever a name means later. */
export async function webhooks({ ledger, size }: Plan): Promise<void> {
  let heard = 0;
  const inside = createServer((request, response) => {
    heard++;
    request.resume();
    if (request.url === "/redirect") response.writeHead(302, { location: "http://127.0.0.1/secret" });
    if (request.url === "/slow") return;
    if (request.url === "/endless") {
      response.writeHead(200);
      const pour = (): void => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", pour);
      };
      response.on("error", () => {}).on("close", () => {});
      return pour();
    }
    response.end("inside");
  });
  await new Promise<void>((resolve) => inside.listen(0, () => resolve()));
  const { port } = inside.address() as AddressInfo;
  const send = sender({ now: systemNow, monotonic: systemMonotonic, timers: systemTimers, allowsPrivate: false });
  try {
    for (const host of hosts)
      for (const [scheme, at] of [
        ["https", "/x"],
        ["https", ":8443/x"],
        ["http", "/x"],
      ] as const) {
        const url = `${scheme}://${host}${at}`;
        const why = URL.canParse(url) ? refusedUrl(url, false) : "it is no address";
        ledger.note(
          place,
          "an address inside, given by a shop",
          "refused in a sentence",
          why === undefined ? "taken" : "refused",
          why === undefined ? `${url} was taken` : undefined,
        );
      }
    for (const name of names) {
      const why = refusedUrl(`https://${name}/x`, false);
      ledger.note(
        place,
        "a name inside, given by a shop",
        "refused in a sentence",
        why === undefined ? "taken" : "refused",
        why === undefined ? `${name} was taken` : undefined,
      );
    }
    for (const url of odd) {
      const why = URL.canParse(url) ? refusedUrl(url, false) : "it is no address";
      ledger.note(
        place,
        "an address of another kind",
        "refused in a sentence",
        why === undefined ? "taken" : "refused",
        why === undefined ? `${url} was taken` : undefined,
      );
    }
    // As after a name was taken and has come to mean this machine: the connection itself is refused.
    const own = Object.values(networkInterfaces()).flatMap((each) =>
      (each ?? []).filter(({ family }) => family === "IPv4").map(({ address }) => address),
    );
    const forms = [
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "0.0.0.0",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "localhost",
      ...own.filter((address) => /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(address)),
    ];
    for (const host of forms)
      for (const scheme of ["http", "https"] as const) {
        const before = heard;
        const url = `${scheme}://${host}:${port}/x`;
        const outcome = await send(url, {}, "{}");
        const isInside = heard > before || outcome.status !== null;
        ledger.note(
          place,
          "a name that leads inside by the time it is sent to",
          "no connection",
          isInside ? "connected" : (outcome.error ?? ""),
          isInside ? `${url} was connected to` : undefined,
        );
      }
    // What a receiver may answer, at an installation that sends to its own network.
    const own2 = sender({ now: systemNow, monotonic: systemMonotonic, timers: systemTimers, allowsPrivate: true });
    const answers = size === "full" ? ["/redirect", "/endless", "/slow"] : ["/redirect", "/endless"];
    for (const at of answers) {
      const before = heard;
      const outcome = await own2(`http://127.0.0.1:${port}${at}`, {}, "{}");
      const isFollowed = heard - before > 1;
      const isYes = at !== "/endless" && after(outcome, 1, new Date()).state === "delivered";
      ledger.note(
        place,
        `an answer that is ${at.slice(1)}`,
        "not followed, cut off, not waited for without end",
        outcome.status === null ? "given up" : String(outcome.status),
        isFollowed ? "it was followed" : isYes ? "it counts as delivered" : undefined,
      );
    }
  } finally {
    inside.closeAllConnections();
    await new Promise((resolve) => inside.close(resolve));
  }
}
