/** The whole days between two dates (`2026-03-01`), both included, as the clock on this device tells them. */
export function awayBetween(first: string, last: string): { readonly from: string; readonly to: string } {
  const after = new Date(`${last}T00:00`);
  // By the calendar, not by hours: a day on which the clocks change is a day (I-67).
  after.setDate(after.getDate() + 1);
  return { from: new Date(`${first}T00:00`).toISOString(), to: after.toISOString() };
}

/** The last day of a time that ends, half-open, at this instant. */
export const lastDayOf = (to: string): string => new Date(Date.parse(to) - 1).toISOString();
