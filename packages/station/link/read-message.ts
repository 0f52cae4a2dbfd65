import { downTopics, maxMessageBytes, parseTopic, type DownTopic } from "@pigeonhole/protocol/topics";

/** What came over the line, if it is a message for this station: its name and its JSON, unverified. A string says why it is none. */
export function readMessage(
  station: string,
  topic: string,
  payload: Buffer,
): { readonly name: DownTopic; readonly content: unknown } | string {
  const parsed = parseTopic(topic);
  const name = downTopics.find((known) => known === parsed?.name);
  if (parsed?.station !== station || !name) return "it is not for this station";
  if (payload.length > maxMessageBytes) return "it is too large";
  try {
    return { name, content: JSON.parse(payload.toString("utf8")) as unknown };
  } catch {
    return "it is no JSON";
  }
}
