import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "@pigeonhole/kit/config";
import { mapHome, settings } from "./settings.ts";

const homeOf = (environment: Readonly<Record<string, string>>) =>
  mapHome(
    readConfig(settings, {
      DATABASE_URL: "postgres://localhost/x",
      SECRET_KEYS: "0".repeat(64),
      SIGNING_SEED: "0".repeat(64),
      MODULE_KEY: "0".repeat(32),
      ...environment,
    }),
  );

test("maps begin in a place that has a name; one that was moved carries only the name it was given", () => {
  assert.deepEqual(homeOf({}), { name: "Rīga", lat: 56.95, lon: 24.1 });
  assert.deepEqual(homeOf({ MAP_HOME: "59.44,24.75" }), { name: "", lat: 59.44, lon: 24.75 });
  assert.deepEqual(homeOf({ MAP_HOME: "59.44,24.75", MAP_HOME_NAME: "Tallinn" }), { name: "Tallinn", lat: 59.44, lon: 24.75 });
});
