/**
 * From now on the page is called what its heading says, `Ready to collect · Pigeonhole`, so that tabs, histories and screen readers tell pages
 * apart (WCAG 2.4.2). Without a heading, while it loads say, it has the name that its document came with.
 */
export function titleByHeading(): void {
  const bare = document.title;
  const name = (): void => {
    const heading = document.querySelector("h1")?.textContent.trim() ?? "";
    const title = heading === "" ? bare : `${heading} · ${bare}`;
    if (document.title !== title) document.title = title;
  };
  new MutationObserver(name).observe(document.body, { subtree: true, childList: true, characterData: true });
  name();
}
