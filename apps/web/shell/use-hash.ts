import { useSyncExternalStore } from "react";

const listen = (listener: () => void): (() => void) => {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
};

/** What stands behind the # of the address, followed: another link to the same page loads nothing anew. Browsers send it to nobody. */
export const useHash = (): string => useSyncExternalStore(listen, () => location.hash.slice(1));
