import { useSyncExternalStore } from "react";

/** Room for two columns. The same width as `lg:` in the style sheets. */
const query = "(min-width: 64rem)";

export const useWide = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
    () => false,
  );
