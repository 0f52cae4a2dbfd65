import { useParams, useRouter, useRouterState } from "@tanstack/react-router";
import type { ComponentProps, MouseEvent } from "react";

/** Goes to an address of this entrance, the whole path given: `/operations/stations/…`. */
export function useGo(): (href: string, options?: { readonly replace?: boolean }) => void {
  const { history } = useRouter();
  return (href, { replace = false } = {}) => (replace ? history.replace(href) : history.push(href));
}

/**
 * A link inside an entrance that is not the customer's: a real address that opens without loading the page again. It is the current one on
 * its own page, whatever the filters; an entrance's home is written with or without the last slash.
 */
export function To({ href, onClick, ...rest }: ComponentProps<"a"> & { readonly href: string }) {
  const go = useGo();
  // The router's own location leaves the entrance out of the path; what the address bar says does not.
  const here = useRouterState({ select: ({ location }) => location.publicHref });
  const isHere = bare(href.includes("?") ? here : here.replace(/\?.*$/, "")) === bare(href);
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return <a {...rest} href={href} onClick={follow} {...(isHere ? { "aria-current": "page" as const } : {})} />;
}
const bare = (path: string): string => path.replace(/\/$/, "");

/** A part of the address, as the route names it. */
export const useParam = (name: string): string =>
  (useParams({ strict: false }) as Readonly<Record<string, string | undefined>>)[name] ?? "";

/** One word of the address's query, and how to change it without a new step in the history. */
export function useQueryWord(name: string): readonly [value: string | undefined, set: (value: string | undefined) => void] {
  const { history } = useRouter();
  const search = useRouterState({ select: ({ location }) => location.searchStr });
  const words = new URLSearchParams(search);
  const set = (value: string | undefined) => {
    if (value === undefined || value === "") words.delete(name);
    else words.set(name, value);
    const text = words.toString();
    history.replace(`${history.location.pathname}${text === "" ? "" : `?${text}`}`);
  };
  return [words.get(name) ?? undefined, set];
}

/** For routers of entrances: every word of the query is text, read and written as it stands there. */
export const plainSearch = {
  parseSearch: (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (words: Record<string, unknown>): string => {
    const text = new URLSearchParams(Object.entries(words).map(([name, value]) => [name, String(value)])).toString();
    return text === "" ? "" : `?${text}`;
  },
} as const;
