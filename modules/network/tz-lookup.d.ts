declare module "tz-lookup" {
  /** IANA time zone of a place in WGS 84 degrees; throws RangeError outside of the globe. */
  export default function tzLookup(lat: number, lon: number): string;
}
