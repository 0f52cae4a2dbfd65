/** What the sensors of a cabinet say at one moment. Null: there is no such sensor, or it does not answer. */
export interface Readings {
  readonly temperatureC: number | null;
  readonly mains: boolean | null;
  readonly batteryPercent: number | null;
  readonly signalDbm: number | null;
  /** The enclosure's switch or tilt sensor: somebody has opened or moved the cabinet. */
  readonly isTampered: boolean | null;
}

/** The cabinet's own sensors. A reading never fails: what does not answer is null. */
export interface Sensors {
  read(): Promise<Readings>;
}

export const nothingSensed: Readings = { temperatureC: null, mains: null, batteryPercent: null, signalDbm: null, isTampered: null };
/** A cabinet without sensors. */
export const noSensors: Sensors = { read: () => Promise.resolve(nothingSensed) };
