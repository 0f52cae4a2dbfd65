interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
export const isArrow = (key: string): boolean => key in directions;

/** Which box an arrow key leads to: the nearest in that direction, straight ahead before slantwise; -1 when there is none. */
export function towards(from: Box, boxes: readonly Box[], key: string): number {
  const [dx, dy] = directions[key] ?? [0, 0];
  const middle = (box: Box) => ({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 });
  const origin = middle(from);
  let best = { at: -1, cost: Number.POSITIVE_INFINITY };
  for (const [at, box] of boxes.entries()) {
    const { x, y } = middle(box);
    const ahead = (x - origin.x) * dx + (y - origin.y) * dy;
    const aside = Math.abs((x - origin.x) * dy) + Math.abs((y - origin.y) * dx);
    const cost = ahead + 2 * aside;
    if (ahead > 1 && cost < best.cost) best = { at, cost };
  }
  return best.at;
}

/** Moves the focus as the arrow points; from nowhere it goes to the first button of the controls. */
export function moveFocus(root: ParentNode, key: string): void {
  const buttons = [...root.querySelectorAll<HTMLElement>("button:not([disabled])")].filter((each) => each.offsetParent !== null);
  const current = document.activeElement;
  if (!(current instanceof HTMLElement) || !buttons.includes(current)) {
    (buttons.find((each) => each.closest("[data-controls]")) ?? buttons[0])?.focus();
    return;
  }
  const others = buttons.filter((each) => each !== current);
  others[
    towards(
      current.getBoundingClientRect(),
      others.map((each) => each.getBoundingClientRect()),
      key,
    )
  ]?.focus();
}
