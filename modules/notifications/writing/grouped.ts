/** As people compare it by eye: groups of four, three where that divides better. */
export const grouped = (digits: string): string => digits.match(digits.length % 4 === 0 ? /.{1,4}/g : /.{1,3}/g)?.join(" ") ?? digits;
