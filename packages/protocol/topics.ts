/**
 * MQTT topics. Everything a station says or hears lies under its own prefix; the broker lets its certificate reach nothing else (A9.1, I-43).
 * QoS 1 everywhere, nothing retained, commands carry their own expiry since MQTT 3.1.1 has none.
 */
export const prefix = (station: string): string => `ph/1/${station}`;

/** Backend → station. `desired` and `command` are signed envelopes, the others plain JSON. */
export const downTopics = ["desired", "command", "answer", "acknowledge", "keys", "certificate", "time"] as const;
/** Station → backend. `events` holds envelopes signed by the station, the others plain JSON. `presence` is also its last will. */
export const upTopics = ["hello", "events", "ask", "result", "heartbeat", "telemetry", "presence", "renew"] as const;

export type DownTopic = (typeof downTopics)[number];
export type UpTopic = (typeof upTopics)[number];

export const topic = (station: string, name: DownTopic | UpTopic): string => `${prefix(station)}/${name}`;

/** The filters to which the backend subscribes. */
export const upFilters: readonly string[] = upTopics.map((name) => `ph/1/+/${name}`);

/** Splits a topic; undefined when it is not one of ours. */
export function parseTopic(text: string): { station: string; name: DownTopic | UpTopic } | undefined {
  const match = /^ph\/1\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/([a-z]+)$/.exec(text);
  const name = [...downTopics, ...upTopics].find((known) => known === match?.[2]);
  return match && name ? { station: match[1]!, name } : undefined;
}

/** No message of ours is larger: a station of 150 compartments with four grants each fits. Bytes. */
export const maxMessageBytes = 262_144;
