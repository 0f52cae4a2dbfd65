import type { Standing } from "@pigeonhole/access/phone/contract";

/** So long a phone may look for itself; an older fix than this is another place. Milliseconds. */
const patienceMs = 8_000;
const freshMs = 15_000;

/** Where this phone is, as far as it knows and may say; undefined when it does not. */
export const whereAmI = (): Promise<Standing["position"]> =>
  new Promise((resolve) => {
    if (!("geolocation" in navigator)) return resolve(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ lat: coords.latitude, lon: coords.longitude, accuracyMetres: Math.min(1_000_000, Math.ceil(coords.accuracy)) }),
      () => resolve(undefined),
      { enableHighAccuracy: true, timeout: patienceMs, maximumAge: freshMs },
    );
  });
