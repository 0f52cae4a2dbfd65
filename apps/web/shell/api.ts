import { client } from "@pigeonhole/kit/client";
import type { AuditApi } from "@pigeonhole/audit/contract";
import type { CourierApi } from "@pigeonhole/couriers/contract";
import type { RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import type { CustodyApi } from "@pigeonhole/custody/contract";
import type { DeadLetterApi } from "@pigeonhole/deadletters/contract";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import type { DiagnosisApi } from "@pigeonhole/devices/diagnostics/contract";
import type { TelemetryApi } from "@pigeonhole/devices/telemetry/contract";
import type { FirmwareApi } from "@pigeonhole/firmware/contract";
import type { MessageHealthApi } from "@pigeonhole/notifications/health/contract";
import type { PreferenceApi } from "@pigeonhole/notifications/preferences/contract";
import type { NotificationApi } from "@pigeonhole/notifications/contract";
import type { StaffApi } from "@pigeonhole/access/staff/contract";
import type { PrivacyApi } from "@pigeonhole/privacy/contract";
import type { AccessApi } from "@pigeonhole/access/contract";
import type { PhoneApi } from "@pigeonhole/access/phone/contract";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { RedirectApi } from "@pigeonhole/parcels/redirects/contract";
import type { ReservationApi } from "@pigeonhole/reservations/contract";

/** Typed clients of the public routes, same origin; the session travels as a cookie. */
export const access = client<AccessApi>("/api");
export const phone = client<PhoneApi>("/api");
export const staffOpenings = client<StaffApi>("/api");
export const privacy = client<PrivacyApi>("/api");
export const audit = client<AuditApi>("/api");
export const couriers = client<CourierApi>("/api");
export const retrievals = client<RetrievalApi>("/api");
export const curves = client<TelemetryApi>("/api");
export const custody = client<CustodyApi>("/api");
export const deadLetters = client<DeadLetterApi>("/api");
export const looks = client<DiagnosisApi>("/api");
export const devices = client<DeviceApi>("/api");
export const firmware = client<FirmwareApi>("/api");
export const notifications = client<NotificationApi>("/api");
export const messageHealth = client<MessageHealthApi>("/api");
export const messagePreferences = client<PreferenceApi>("/api");
export const identity = client<IdentityApi>("/api");
export const network = client<NetworkApi>("/api");
export const parcels = client<ParcelApi>("/api");
export const redirects = client<RedirectApi>("/api");
export const reservations = client<ReservationApi>("/api");

/** One wish of the reader, one key: kept while it is retried, so that it takes effect once. */
export const newKey = (): string => crypto.randomUUID();
