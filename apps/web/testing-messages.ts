import type { Message } from "@pigeonhole/notifications/contract";
import type { Preferences } from "@pigeonhole/notifications/preferences/contract";
import type { z } from "zod";

/** What a customer wishes and was told, for the tests of the screens. */
export function messageRoutes(at: (ms: number) => string) {
  let diversion: string | null = null;
  let wished: Preferences = {
    email: "at_once",
    sms: "at_once",
    push: "at_once",
    reminders: true,
    language: null,
    quiet: { from: "21:00", to: "08:00" },
    timeZone: null,
  };
  const message = (channel: "email" | "sms", more: Partial<z.output<typeof Message>>): z.output<typeof Message> => ({
    id: crypto.randomUUID(),
    template: "pickup_ready",
    channel,
    state: "sent",
    parcel: null,
    createdAt: at(-60_000),
    sentAt: at(-59_000),
    deliveredAt: null,
    acknowledgedAt: null,
    attempts: 1,
    error: null,
    ...more,
  });
  const told = [message("email", { state: "bounced" }), message("sms", { state: "delivered", deliveredAt: at(-30_000) })];
  return [
    ["GET", /^\/message-preferences$/, true, (): readonly [number, unknown] => [200, wished]],
    [
      "PUT",
      /^\/message-preferences$/,
      true,
      (_id: string, body: Record<string, unknown>): readonly [number, unknown] => {
        const { quiet } = body as Preferences;
        if (quiet?.from === quiet?.to && quiet !== null) return [422, "quiet_too_long"];
        return [200, (wished = body as Preferences)];
      },
    ],
    ["GET", /^\/my\/diversion$/, true, (): readonly [number, unknown] => [200, { diversion }]],
    [
      "PUT",
      /^\/my\/diversion$/,
      true,
      (_id: string, body: Record<string, unknown>): readonly [number, unknown] => [
        200,
        { diversion: (diversion = String(body.diversion)) },
      ],
    ],
    [
      "POST",
      /^\/fewer-messages\/([0-9a-f]{52})$/,
      false,
      (): readonly [number, unknown] => {
        wished = { ...wished, reminders: false };
        return [204, undefined];
      },
    ],
    ["GET", /^\/parcels\/([^/]+)\/messages$/, true, (): readonly [number, unknown] => [200, { messages: told }]],
    ["POST", /^\/parcels\/([^/]+)\/seen$/, true, (): readonly [number, unknown] => [204, undefined]],
  ] as const;
}
