import { isProblem, pigeonhole } from "@pigeonhole/client";

// Days take a while to pass.
const network = pigeonhole({ url: process.env.PIGEONHOLE_URL!, key: process.env.PIGEONHOLE_KEY, timeoutMs: 120_000 });
const parcel = process.argv[2]!;

await network.sandbox.deposit({ parcel }); // the courier puts it in
console.log((await network.parcels.get({ id: parcel })).state);

await network.sandbox.advance({ days: 4 }); // nobody comes
console.log((await network.parcels.get({ id: parcel })).state);

for (const message of (await network.notifications.inbox({ parcel })).messages) console.log(message.template);

try {
  await network.sandbox.collect({ code: "12345678" });
} catch (error) {
  if (isProblem(error, "not_possible")) console.log(error.message);
  else throw error;
}
