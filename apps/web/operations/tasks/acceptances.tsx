import { useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { useQuery } from "@tanstack/react-query";
import { To } from "../../shell/to.tsx";
import { Lacks } from "../acceptance/lacks.tsx";
import { acceptancesNeededQuery } from "../acceptance/queries.ts";
import { words } from "../acceptance/words.ts";
import { stationAt } from "../addresses.ts";
import { Section, Task } from "./section.tsx";

/** Stations that are not what was accepted: a technician commissions them again (A11.4). */
export function Acceptances() {
  const say = useSay(words);
  const list = useQuery(acceptancesNeededQuery);
  return (
    <Section
      id="acceptances"
      list={list}
      none={say("tasks.none")}
      about={say("tasks.about")}
      title={say("tasks", { count: list.data?.length ?? 0 })}
    >
      {(items) => (
        <ul className="grid gap-3">
          {items.map(({ station, name, lacks }) => (
            <Task
              key={station}
              actions={
                <To href={stationAt(station)} className={look("plain")}>
                  {say("tasks.go")}
                </To>
              }
            >
              <b>{name}</b>
              <span className="text-small text-ink-soft">
                <Lacks lacks={lacks} />
              </span>
            </Task>
          ))}
        </ul>
      )}
    </Section>
  );
}
