import type { Condition } from "@pigeonhole/access/conditions/contract";
import { ask } from "@pigeonhole/ui/ask";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { queryOptions } from "@tanstack/react-query";
import { conditions } from "../shell/api.ts";
import { words } from "./words-conditions.ts";

/** Everything that is asked for of a parcel, of its owner and of those who collect for them. */
export const conditionsQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["conditions", parcel, `parcel:${parcel}`],
    queryFn: () => ask(conditions.parcels[":parcel"].conditions.$get({ param: { parcel } })),
  });
/** What its owner themselves has to see to still. */
export const ownMissing = (asked: readonly Condition[]): Condition[] =>
  asked.filter((each) => each.state === "open" && (each.kind !== "age_check" || each.proxy === null));

/** What has to happen before the code opens the door (N11), and where: said before anybody sets out. */
export function BeforeItOpens({ missing }: { missing: readonly Condition[] }) {
  const say = useSay(words);
  const formats = useFormats();
  if (missing.length === 0) return null;
  const pages = [...new Map(missing.flatMap((each) => (each.url === null ? [] : [[each.url, each] as const]))).entries()];
  return (
    <Notice
      kind="warn"
      heading="part"
      title={say("before.title")}
      actions={
        pages.length > 0 &&
        pages.map(([url, { kind }]) => (
          <a key={url} href={url} target="_blank" rel="noreferrer" className={look("primary")}>
            {say(pages.length < missing.length ? "before.do" : `before.do.${kind}`)}
          </a>
        ))
      }
    >
      <ul className="grid gap-2">
        {missing.map((each) => (
          <li key={each.id}>
            {each.kind === "age_check"
              ? say("before.age_check", { age: String(each.minimumAge) })
              : say("before.cash_on_delivery", { amount: formats.money(each.amountMinor, each.currency) })}
          </li>
        ))}
      </ul>
      <p className="mt-2">{say(pages.length > 0 ? "before.first" : "before.ask")}</p>
    </Notice>
  );
}
