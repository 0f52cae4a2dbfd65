import { useNow } from "@pigeonhole/ui/clock";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { useQuery } from "@tanstack/react-query";
import { To } from "../../shell/to.tsx";
import { stationAt } from "../addresses.ts";
import { devicesQuery } from "../queries.ts";
import { Section, Task } from "./section.tsx";
import { words } from "./words.ts";

/** Stations that somebody has tampered with: a technician has to look before they serve again (A10.4). */
export function Tampered({ nameOf }: { nameOf: (station: string) => string }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const devices = useQuery(devicesQuery);
  const list = { ...devices, data: devices.data?.devices.filter(({ tamperedSince }) => tamperedSince !== null) };
  return (
    <Section
      id="tampered"
      list={list}
      none={say("tampered.none")}
      about={say("tampered.about")}
      title={say("tampered", { count: list.data?.length ?? 0 })}
    >
      {(items) => (
        <ul className="grid gap-3">
          {items.map(({ station, tamperedSince }) => (
            <Task
              key={station}
              actions={
                <To href={stationAt(station)} className={look("plain")}>
                  {say("tampered.go")}
                </To>
              }
            >
              <b className="text-bad">{nameOf(station)}</b>
              <span className="text-small text-ink-soft">{say("tampered.since", { when: formats.moment(tamperedSince!, now) })}</span>
            </Task>
          ))}
        </ul>
      )}
    </Section>
  );
}
