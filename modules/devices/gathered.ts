/**
 * Many questions of the same kind as few: those that come while one is being answered wait, and are asked together in the next one. When
 * thousands come at once, e.g. after a restart, their number does not matter; when few come, nobody waits.
 */
export function gathered<Q>(ask: (questions: readonly Q[]) => Promise<ReadonlySet<Q>>, most: number): (question: Q) => Promise<boolean> {
  let waiting: { readonly question: Q; readonly resolve: (is: boolean) => void; readonly reject: (error: unknown) => void }[] = [];
  let isAsking = false;
  const next = async (): Promise<void> => {
    isAsking = true;
    while (waiting.length > 0) {
      const together = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const yes = await ask([...new Set(together.map(({ question }) => question))]);
        for (const { question, resolve } of together) resolve(yes.has(question));
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    isAsking = false;
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (!isAsking) void next();
    });
}
