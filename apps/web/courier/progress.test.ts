import assert from "node:assert/strict";
import { test } from "node:test";
import type { Route } from "@pigeonhole/couriers/contract";
import { dayOf, left, leftAt, leftBySize, nextStop, openedAt, toTakeOut, type Drop, type Retrieval, type Stop } from "./progress.ts";

let count = 0;
const drop = (state: Drop["state"], size: Drop["size"] = "small", compartment = ++count): Drop => ({
  parcel: `p${compartment}`,
  number: "000000000000",
  barcode: `B${compartment}`,
  compartment,
  size,
  state,
  scan: state === "opened" ? "s1" : null,
});
const stop = (position: number, ...drops: Drop[]): Stop => ({
  station: `st${position}`,
  position,
  name: `Stop ${position}`,
  address: null,
  lat: 0,
  lon: 0,
  drops,
  retrievals: [],
});
const route = (...stops: Stop[]): Route => ({ id: "r", name: "Morning", day: "2026-03-01", courier: "c", state: "active", stops });

test("the next stop is the first in driving order with something left", () => {
  const day = route(stop(3, drop("open")), stop(1, drop("deposited"), drop("skipped")), stop(2, drop("open")));
  assert.equal(nextStop(day)?.position, 2);
  assert.equal(nextStop(route(stop(1, drop("deposited")))), undefined);
});

test("N4: what is to be taken out keeps a stop from being done; the door that was opened comes first, then by door", () => {
  const retrieval = (compartment: number, state: Retrieval["state"]): Retrieval => ({
    id: `r${compartment}`,
    parcel: `p${compartment}`,
    number: "000000000000",
    station: "st1",
    compartment,
    reason: "expired",
    state,
    carrier: "red",
    route: "r",
    neededAt: "2026-03-01T08:00:00.000Z",
    endedAt: null,
    problem: null,
    attempt: null,
  });
  const here = { ...stop(1, drop("deposited")), retrievals: [retrieval(9, "assigned"), retrieval(4, "assigned"), retrieval(7, "opened")] };
  assert.deepEqual(
    toTakeOut(here).map(({ compartment }) => compartment),
    [7, 4, 9],
  );
  assert.equal(leftAt(here), 3);
  assert.equal(nextStop(route(here, stop(2, drop("open"))))?.position, 1);
  const done = { ...here, retrievals: [retrieval(7, "taken_out"), retrieval(4, "missing"), retrieval(9, "cancelled")] };
  assert.equal(nextStop(route(done, stop(2, drop("open"))))?.position, 2);
});

test("the day adds up", () => {
  const day = dayOf(route(stop(1, drop("deposited"), drop("skipped"), drop("opened")), stop(2, drop("open"))));
  assert.deepEqual(day, { all: 4, deposited: 1, skipped: 1, open: 2 });
  assert.equal(day.deposited + day.skipped + day.open, day.all);
});

test("an opened door comes first, then large before small, then by door", () => {
  const at = stop(
    1,
    drop("open", "small", 3),
    drop("open", "large", 9),
    drop("open", "small", 2),
    drop("opened", "small", 7),
    drop("deposited", "medium", 1),
  );
  assert.deepEqual(
    left(at).map((each) => each.compartment),
    [7, 9, 2, 3],
  );
  assert.equal(openedAt(at)?.compartment, 7);
  assert.deepEqual(leftBySize(at), [
    { size: "small", count: 3 },
    { size: "large", count: 1 },
  ]);
});
