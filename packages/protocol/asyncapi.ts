import { z } from "zod";
import {
  Acknowledge,
  Answer,
  Ask,
  Command,
  Desired,
  Envelope,
  Events,
  Heartbeat,
  Hello,
  Presence,
  Result,
  StationEvent,
  askTimeoutMs,
  commandSeconds,
  heartbeatSeconds,
} from "./messages.ts";
import { Telemetry, maxSamples } from "./telemetry.ts";
import { KeyStatement } from "./keys.ts";
import { TimeStatement, timeIsOffMs } from "./time.ts";
import { NextCertificate, Renew, renewBeforeDays } from "./certificates.ts";
import { downTopics, upTopics, type DownTopic, type UpTopic } from "./topics.ts";

interface Message {
  readonly title: string;
  readonly summary: string;
  readonly schema: z.ZodType;
  /** What the body of the envelope holds, when the message is one. */
  readonly signed?: { readonly name: string; readonly schema: z.ZodType };
}

/** Every message by the last part of its topic: a topic without one does not compile. */
const messages: Readonly<Record<DownTopic | UpTopic, Message>> = {
  desired: {
    title: "Desired document",
    summary: "Everything the backend wants of the station, whole, signed by the backend. Its version never falls within an epoch.",
    schema: Envelope,
    signed: { name: "Desired", schema: Desired },
  },
  command: {
    title: "Command",
    summary: `An order that is obeyed once, within ${commandSeconds} s, signed by the backend.`,
    schema: Envelope,
    signed: { name: "Command", schema: Command },
  },
  answer: { title: "Answer", summary: "What the backend decided about a question from the kiosk.", schema: Answer },
  acknowledge: {
    title: "Acknowledgement",
    summary: "Everything up to and including this number is safe in the backend; the station goes on after it.",
    schema: Acknowledge,
  },
  keys: {
    title: "Signing keys",
    summary: "The network's authority states the backend's present keys to a station that was away while they changed.",
    schema: Envelope,
    signed: { name: "KeyStatement", schema: KeyStatement },
  },
  certificate: { title: "Next certificate", summary: "The station's next certificate, for the key that it has.", schema: NextCertificate },
  time: {
    title: "Time",
    summary: `The network's authority says what time it is to a station whose own time is off by more than ${timeIsOffMs / 1_000} s.`,
    schema: Envelope,
    signed: { name: "TimeStatement", schema: TimeStatement },
  },
  renew: {
    title: "Renewal",
    summary: `Asks for the next certificate, when the present one ends within ${renewBeforeDays} days.`,
    schema: Renew,
  },
  hello: { title: "Hello", summary: "First message of every session: what the station already has.", schema: Hello },
  events: {
    title: "Events",
    summary: "Entries of the station's own log, in order, each signed by the station.",
    schema: Events,
    signed: { name: "StationEvent", schema: StationEvent },
  },
  ask: {
    title: "Question",
    summary: `A code or QR presented at the kiosk. The kiosk decides alone after ${askTimeoutMs} ms.`,
    schema: Ask,
  },
  result: { title: "Result", summary: "What became of a command.", schema: Result },
  heartbeat: { title: "Heartbeat", summary: `Said every ${heartbeatSeconds} s.`, schema: Heartbeat },
  telemetry: {
    title: "Telemetry",
    summary: `How the station was, every minute and after every visit; up to ${maxSamples} samples, oldest first.`,
    schema: Telemetry,
  },
  presence: { title: "Presence", summary: "Said at the beginning of a session; `online: false` is the last will.", schema: Presence },
};

/** JSON Schema as AsyncAPI 3 takes it: draft 7. */
function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input", unrepresentable: "any" });
  return rest;
}
const upper = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

/** The AsyncAPI 3 document of what backend and stations say to each other, seen from the backend. */
export function asyncApi(): object {
  const names = [...downTopics, ...upTopics];
  const signed = names.flatMap((name) => messages[name].signed ?? []);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Pigeonhole: backend and stations",
      version: "1",
      description:
        "MQTT 3.1.1 over TLS 1.3 with client certificates, QoS 1, nothing retained. A station's certificate names it; it reaches no topics but its own. " +
        "Envelopes are signed with Ed25519 over `pigeonhole/1/<kind>\\n<body>`; `x-signed-content` names the schema of the JSON text in their body.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: "application/json",
    servers: {
      broker: {
        host: "{host}:8883",
        protocol: "mqtts",
        protocolVersion: "3.1.1",
        variables: { host: { default: "localhost" } },
        security: [{ $ref: "#/components/securitySchemes/certificate" }],
      },
    },
    channels: Object.fromEntries(
      names.map((name) => [
        name,
        {
          address: `ph/1/{station}/${name}`,
          title: messages[name].title,
          description: messages[name].summary,
          parameters: { station: { $ref: "#/components/parameters/station" } },
          messages: { [name]: { $ref: `#/components/messages/${upper(name)}` } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      names.map((name) => {
        const isDown = (downTopics as readonly string[]).includes(name);
        return [
          `${isDown ? "send" : "receive"}${upper(name)}`,
          {
            action: isDown ? "send" : "receive",
            channel: { $ref: `#/channels/${name}` },
            messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
            bindings: { mqtt: { qos: 1, retain: false, bindingVersion: "0.2.0" } },
          },
        ];
      }),
    ),
    components: {
      parameters: { station: { description: "The station's id, a UUID." } },
      securitySchemes: {
        certificate: { type: "X509", description: "A client certificate of the network's authority; its CN is the station's id." },
      },
      messages: Object.fromEntries(
        names.map((name) => {
          const { title, summary, schema, signed } = messages[name];
          return [
            upper(name),
            {
              name,
              title,
              summary,
              contentType: "application/json",
              payload: { schemaFormat: "application/schema+json;version=draft-07", schema: schemaOf(schema) },
              ...(signed ? { "x-signed-content": { $ref: `#/components/schemas/${signed.name}` } } : {}),
            },
          ];
        }),
      ),
      schemas: Object.fromEntries(signed.map(({ name, schema }) => [name, schemaOf(schema)])),
    },
  };
}
