/** Runs `work` on every item, `atOnce` at a time, in their order. When one fails, what has begun is waited for before the error is thrown. */
export async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      try {
        await work(items[index]!, index);
      } catch (error) {
        next = items.length; // nothing more begins
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, loop));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
