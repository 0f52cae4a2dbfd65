/** How long what is put in usually lies there (A7.2): a delivery is collected within three days, a return waits for a carrier. Days. */
export const usualDays = { delivery: 3, return: 6 } as const;

/**
 * So many compartments that fit have to be free before one of them is given to a return: as many as the deliveries that would come and go in the
 * time that it keeps one. The last ones at a station are for deliveries, whose recipients have chosen it.
 */
export const freeForReturn = Math.ceil(usualDays.return / usualDays.delivery);
