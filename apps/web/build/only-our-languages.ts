import type { Plugin } from "vite";
import { languages } from "@pigeonhole/ui/say";

/** React Aria ships its few sentences in 34 languages; a screen carries those that it can speak. */
export const onlyOurLanguages = (): Plugin => ({
  name: "only-our-languages",
  enforce: "pre",
  load(id) {
    const locale = /react-(?:aria|stately|aria-components)\/.*\/intl\/.*?([a-z]{2})-[A-Z]{2}\.(?:mjs|js|json)$/.exec(id)?.[1];
    if (locale === undefined || (languages as readonly string[]).includes(locale)) return undefined;
    return "export default {};";
  },
});
