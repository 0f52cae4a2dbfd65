import type { DownTopic, UpTopic } from "@pigeonhole/protocol/topics";

/** What the station needs of a connection to the backend: MQTT in the cabinet, anything in a simulator. Reconnects by itself. */
export interface Wire {
  start(on: { readonly up: () => void; readonly down: () => void; readonly message: (name: DownTopic, content: unknown) => void }): void;
  /** Resolves when the other side has it; rejects when the connection is not up or was lost before. */
  publish(name: UpTopic, content: unknown): Promise<void>;
  /** Begins a new connection in place of the present one, which has another pace. */
  renew?(): void;
  stop(): Promise<void>;
}
