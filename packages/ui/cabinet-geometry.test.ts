import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, extent, heightWord, inOrder, neighbour, rowOf, type Door } from "./cabinet-geometry.ts";

/** Two columns: 1, 2, 3 from the top of the left one, 4 and 5 from the top of the right one. */
const door = (number: number, column: number, bottomMm: number, heightMm: number): Door => ({
  number,
  size: "small",
  column,
  xMm: column * 400,
  bottomMm,
  widthMm: 380,
  heightMm,
});
const doors = [door(1, 0, 1300, 300), door(2, 0, 700, 580), door(3, 0, 100, 580), door(4, 1, 900, 700), door(5, 1, 100, 780)];

test("a door is drawn where it stands: the higher one above, to scale, inside the frame", () => {
  const { topMm, widthMm, heightMm } = extent(doors);
  const boxes = doors.map((each) => drawn(each, doors, topMm));
  assert.ok(boxes[0]!.y < boxes[1]!.y && boxes[1]!.y < boxes[2]!.y);
  assert.ok(boxes[0]!.x === boxes[2]!.x && boxes[3]!.x === boxes[0]!.x + 400);
  for (const [at, box] of boxes.entries()) {
    assert.deepEqual([box.width, box.height], [doors[at]!.widthMm, doors[at]!.heightMm]);
    assert.ok(
      box.x >= 0 && box.y >= 0 && box.x + box.width <= widthMm && box.y + box.height <= heightMm,
      `door ${doors[at]!.number} is inside`,
    );
  }
  assert.equal(extent([]).widthMm > 0, true, "an empty layout still has an extent");
});

test("arrow keys go to the door in that direction and stay at the edge", () => {
  assert.equal(neighbour(doors, 2, "up"), 1);
  assert.equal(neighbour(doors, 2, "down"), 3);
  assert.equal(neighbour(doors, 3, "down"), 3);
  assert.equal(neighbour(doors, 1, "right"), 4);
  assert.equal(neighbour(doors, 3, "right"), 5);
  assert.equal(neighbour(doors, 4, "left"), 1);
  assert.equal(neighbour(doors, 4, "right"), 4);
  assert.equal(neighbour(doors, 99, "up"), 1);
});

test("every door can be reached from the first one by arrows alone", () => {
  const reached = new Set([1]);
  const open = [1];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const direction of ["left", "right", "up", "down"] as const) {
      const next = neighbour(doors, at, direction);
      if (!reached.has(next)) {
        reached.add(next);
        open.push(next);
      }
    }
  }
  assert.deepEqual([...reached].toSorted(), [1, 2, 3, 4, 5]);
});

test("a door's place is said in words: its row in the column and its height", () => {
  assert.deepEqual(
    doors.map((each) => rowOf(doors, each)),
    ["top", "middle", "bottom", "top", "bottom"],
  );
  assert.equal(rowOf([doors[0]!], doors[0]!), "only");
  assert.deepEqual(doors.map(heightWord), ["head", "hip", "knee", "chest", "knee"]);
  assert.equal(heightWord(door(9, 0, 1800, 200)), "above");
  assert.equal(heightWord(door(9, 0, 0, 200)), "floor");
});

test("lists read columns from the left and doors from the top", () => {
  assert.deepEqual(
    inOrder(doors.toReversed()).map((each) => each.number),
    [1, 2, 3, 4, 5],
  );
});
