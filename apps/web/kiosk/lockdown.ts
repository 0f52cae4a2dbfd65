/** Keys that a browser would answer with something of its own. */
const browserKeys = /^F\d{1,2}$|^(?:ContextMenu|PrintScreen|Help|Browser\w+|Launch\w+|Media\w+|Zoom\w+)$/;

/** Nothing of the browser shows: no menu, no selection, no dragging, no zoom, no way back or elsewhere. Answers how to undo it. */
export function lockDown(): () => void {
  const refuse = (event: Event) => event.preventDefault();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || browserKeys.test(event.key)) event.preventDefault();
  };
  const onWheel = (event: WheelEvent) => {
    if (event.ctrlKey) event.preventDefault();
  };
  const stay = () => history.pushState(null, "", location.href);
  stay();
  const refused = ["contextmenu", "selectstart", "dragstart", "drop", "dragover", "paste", "copy", "cut", "gesturestart"] as const;
  for (const name of refused) addEventListener(name, refuse);
  addEventListener("keydown", onKeyDown, { capture: true });
  addEventListener("wheel", onWheel, { passive: false });
  addEventListener("popstate", stay);
  return () => {
    for (const name of refused) removeEventListener(name, refuse);
    removeEventListener("keydown", onKeyDown, { capture: true });
    removeEventListener("wheel", onWheel);
    removeEventListener("popstate", stay);
  };
}
