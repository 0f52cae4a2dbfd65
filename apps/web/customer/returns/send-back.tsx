import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { offerQuery } from "./queries.ts";
import { words } from "./words.ts";

/** On the page of a parcel that was collected: whether it may go back, until when, and how that stands. */
export function SendBack({ parcel }: { parcel: string }) {
  const say = useSay(words);
  const formats = useFormats();
  const offer = useQuery(offerQuery(parcel)).data;
  if (!offer || (!offer.isPossible && (offer.why === "not_allowed" || offer.why === "not_collected"))) return null;
  return (
    <section className="grid gap-3" aria-labelledby="send-back">
      <h2 id="send-back" className="text-title">
        {say("back.title")}
      </h2>
      {offer.isPossible ? (
        <>
          <p>{say("back.body", { until: formats.full(offer.until) })}</p>
          <Link to="/returns/new" search={{ parcel }} className={`${look("plain")} justify-center`}>
            {say("back.start")}
          </Link>
        </>
      ) : offer.why === "under_way" && offer.usedBy !== null ? (
        <Notice
          kind="info"
          title={say("back.under_way")}
          actions={
            <Link to="/returns/$return" params={{ return: offer.usedBy }} className={look("plain")}>
              {say("back.see")}
            </Link>
          }
        />
      ) : (
        <p className="text-ink-soft">{say(offer.why === "too_often" ? "back.too_often" : "back.too_late")}</p>
      )}
    </section>
  );
}
