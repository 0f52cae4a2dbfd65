import assert from "node:assert/strict";
import { test } from "node:test";
import { shards } from "../build/place-index.ts";
import { fold, shardOf } from "./fold.ts";
import { findIn, metresBetween } from "./search.ts";

const index = shards();
const find = (text: string, near?: { lat: number; lon: number }) => findIn(index.get(shardOf(fold(text)))!, text, near, (code) => code);

test("names are found without accents, case and hyphens", () => {
  assert.equal(fold("Sankt-Julià  de Lòria"), "sankt julia de loria");
  assert.equal(fold("Straße"), "strasse");
  assert.ok(find("sant julia de").some((place) => place.name === "Sant Julià de Lòria"));
});

test("of places with one name the nearest to the reader comes first, and each says where it is", () => {
  const [inEngland] = find("london", { lat: 52, lon: 0 });
  const [inOntario] = find("london", { lat: 43, lon: -81 });
  assert.equal(inEngland?.detail, "England, GB");
  assert.equal(inOntario?.detail, "Ontario, CA");
  assert.ok(find("tal", { lat: 59.4, lon: 24.7 }).some((place) => place.name === "Tallinn"));
});

test("no file of the index is larger than a slow phone should load, and none of the places is lost", () => {
  const sizes = [...index.values()].map((shard) => JSON.stringify(shard).length);
  assert.ok(Math.max(...sizes) < 500_000, `largest file: ${Math.max(...sizes)} bytes`);
  assert.ok([...index.values()].reduce((sum, { places }) => sum + places.length, 0) > 100_000);
});

test("distances are those of the globe", () => {
  assert.ok(Math.abs(metresBetween({ lat: 0, lon: 0 }, { lat: 0, lon: 1 }) - 111_195) < 10);
  assert.equal(metresBetween({ lat: 59, lon: 24 }, { lat: 59, lon: 24 }), 0);
  assert.ok(metresBetween({ lat: 0, lon: 179.9 }, { lat: 0, lon: -179.9 }) < 23_000, "across the antimeridian");
});
