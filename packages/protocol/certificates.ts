import { z } from "zod";

/** A station asks for its next certificate over the session that the present one opened; for the same key. */
export const Renew = z.strictObject({ v: z.literal(1), expiresAt: z.iso.datetime() });
export type Renew = z.output<typeof Renew>;

/** Its next certificate, PEM. The former one stays good until it expires: an answer may be lost. */
export const NextCertificate = z.strictObject({ certificate: z.string().min(1).max(8_000) });
export type NextCertificate = z.output<typeof NextCertificate>;

/** A station asks when its certificate expires within so many days; the backend gives none sooner. */
export const renewBeforeDays = 60;
