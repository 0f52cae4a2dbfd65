import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import type { Device } from "@pigeonhole/devices/contract";
import { Facts } from "./facts.tsx";
import { words } from "./words.ts";

interface DevicePanelProps {
  readonly device: Device | null | undefined;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly timeZone: string;
  readonly now: Date;
}

/** What the device last said of itself, with the age of that. */
export function DevicePanel({ device, isPending, error, timeZone, now }: DevicePanelProps) {
  const say = useSay(words);
  return (
    <section className="card grid gap-4 p-4 lg:p-5">
      <h2 className="text-title">{say("station.device")}</h2>
      {isPending ? (
        <Spinner />
      ) : error ? (
        <Failed error={error} />
      ) : !device?.enrolled ? (
        <Notice kind="empty" title={say("station.no_device")}>
          {say("station.no_device_body")}
        </Notice>
      ) : (
        <Reported device={device} timeZone={timeZone} now={now} />
      )}
    </section>
  );
}

function Reported({ device, timeZone, now }: { device: Device; timeZone: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const unknown = say("device.unknown");
  const seen = device.lastSeenAt === null ? say("device.never") : say("device.seen", { age: formats.relative(device.lastSeenAt, now) });
  const version =
    device.reportedVersion === null || device.desiredVersion === null
      ? unknown
      : device.reportedVersion < device.desiredVersion
        ? say("device.versions", { reported: device.reportedVersion, desired: device.desiredVersion })
        : say("device.versions_same", { reported: device.reportedVersion });
  return (
    <div className={device.connected ? "" : "rounded-medium bg-sunken p-3"}>
      <Facts
        facts={[
          [
            say("device.link"),
            <span key="link">
              <b className={device.connected ? "text-good" : "text-bad"}>{say(device.connected ? "device.connected" : "device.away")}</b>,{" "}
              {seen}
            </span>,
          ],
          [say("device.doors"), device.openDoors.length === 0 ? say("device.doors_none") : device.openDoors.join(", ")],
          [say("device.temperature"), device.temperatureC === null ? unknown : `${formats.number(device.temperatureC)} °C`],
          [
            say("device.power"),
            device.mains === null
              ? unknown
              : device.mains
                ? say("device.mains")
                : say("device.battery", { percent: Math.round(device.batteryPercent ?? 0) }),
          ],
          [
            say("device.events"),
            device.lastEventSeq === null
              ? unknown
              : say("device.events_value", { last: device.lastEventSeq, pending: device.pendingEvents ?? 0 }),
          ],
          [say("device.version"), version],
          [say("device.firmware"), device.firmware ?? unknown],
          [say("device.certificate"), device.certificateExpiresAt === null ? unknown : formats.moment(device.certificateExpiresAt, now)],
        ]}
      />
    </div>
  );
}
