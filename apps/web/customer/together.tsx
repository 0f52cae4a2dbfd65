import { grouped } from "@pigeonhole/ui/format";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { parcelQuery } from "./queries.ts";
import { words } from "./words-together.ts";

/** The other parcels that the same code opens for (N5). */
export function Together({ parcels }: { parcels: readonly string[] }) {
  const say = useSay(words);
  const others = useQueries({ queries: parcels.map((id) => parcelQuery(id)) }).flatMap(({ data }) => data?.value ?? []);
  const inside = others.filter(({ state }) => state === "stored" || state === "delivered");
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="together" className="grid w-full gap-2 rounded-medium bg-accent-soft p-4">
      <h3 id="together" className="font-semibold">
        {say("together.title", { count: inside.length + 1 })}
      </h3>
      <p className="text-ink-soft">{say("together.body")}</p>
      <ul className="grid gap-1">
        {others.map((other) => (
          <li key={other.id}>
            <Link to="/parcels/$parcel" params={{ parcel: other.id }} className="inline-flex min-h-11 items-center font-medium text-accent">
              {say(inside.includes(other) ? "together.inside" : "together.coming", { number: grouped(other.number) })}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
