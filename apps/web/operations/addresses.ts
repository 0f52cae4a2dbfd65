/** Every screen has an address; here they are written. */
export const home = "/operations/";
export const stationAt = (station: string, door?: number): string =>
  `/operations/stations/${station}${door === undefined ? "" : `?door=${door}`}`;
export const acceptanceAt = (station: string): string => `/operations/stations/${station}/acceptance`;
export const parcelAt = (parcel: string): string => `/operations/parcels/${parcel}`;
export const searchAt = (text: string): string => `/operations/search?q=${encodeURIComponent(text)}`;
export const auditAt = "/operations/audit";
export const firmwareAt = "/operations/software";
export const tasksAt = "/operations/tasks";
export const messagesAt = "/operations/messages";
export const shopsAt = "/operations/shops";
export const courierAt = (courier: string): string => `/operations/couriers/${courier}`;
export const auditOf = (filter: Readonly<Record<string, string>>): string => `${auditAt}?${new URLSearchParams(filter).toString()}`;
export const keptAt = "/operations/kept";
export const accountAt = "/operations/account";
