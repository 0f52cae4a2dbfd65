import { pigeonhole } from "@pigeonhole/client";

const network = pigeonhole({ url: process.env.PIGEONHOLE_URL!, key: process.env.PIGEONHOLE_KEY });

const { candidates } = await network.reservations.search({ lat: 59.437, lon: 24.745, size: "small" });
const held = await network.reservations.hold({ station: candidates[0]!.station, orderId: "1001", size: "small" });
const order = await network.reservations.confirm({ id: held.id, recipient: { name: "Ann", email: "ann@example.org" } });

console.log("expected:", order.parcel);
