// G-12: the attacks on images, each refused; `npm run adversary` makes them too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attacksOnImages } from "./testing-attacks-on-images.ts";
import { commit, titleOf } from "./testing-attacks.ts";

assert.ok(attacksOnImages.length >= 25);
for (const attack of attacksOnImages) test(titleOf(attack), () => commit(attack));
