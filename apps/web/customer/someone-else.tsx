import { mostProxies, type Proxy } from "@pigeonhole/access/proxies/contract";
import type { Parcel } from "@pigeonhole/parcels/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { PersonIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { proxies } from "../shell/api.ts";
import { peopleQuery } from "./people.tsx";
import { isEmail } from "./sign-in.tsx";
import { words } from "./words-proxy.ts";

const proxiesQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["proxies", parcel, `parcel:${parcel}`],
    queryFn: () => ask(proxies.parcels[":parcel"].proxies.$get({ param: { parcel } })),
  });
/** The page that a proxy is handed. The token stands behind the #: browsers send it to nobody. */
const linkOf = (token: string): string => `${location.origin}/collect#${token}`;

/** Somebody else collects: who may, who did, a link to hand on, and taking it back. */
export function SomeoneElse({ parcel }: { parcel: Parcel }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [isNaming, name] = useState(false);
  const known = useQuery(proxiesQuery(parcel.id));
  const again = () => queries.invalidateQueries({ queryKey: proxiesQuery(parcel.id).queryKey });
  const list = known.data?.proxies ?? [];
  const waiting = list.filter(({ state }) => state === "waiting");
  const isOpen = ["reserved", "shipped", "delivered", "stored"].includes(parcel.state) && parcel.recalledFor === null;
  if (!isOpen && list.length === 0) return null;
  return (
    <section className="grid gap-3" aria-labelledby="someone-else">
      <h2 id="someone-else" className="text-title">
        {say("proxy.title")}
      </h2>
      {list.length > 0 && (
        <ul className="grid gap-3">
          {list.map((proxy) => (
            <One key={proxy.id} proxy={proxy} onChanged={again} />
          ))}
        </ul>
      )}
      {isOpen && waiting.length < mostProxies && (
        <Button wide icon={<PersonIcon />} onPress={() => name(true)}>
          {say("proxy.name")}
        </Button>
      )}
      <Dialog title={say("proxy.name")} isOpen={isNaming} onClose={() => name(false)}>
        <Name parcel={parcel.id} onDone={() => void again().then(() => name(false))} />
      </Dialog>
    </section>
  );
}

function One({ proxy, onChanged }: { proxy: Proxy; onChanged: () => void }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const [isCopied, setCopied] = useState(false);
  const revoke = useMutation({
    mutationFn: () => ask(proxies.proxies[":proxy"].revoke.$post({ param: { proxy: proxy.id } })),
    onSettled: onChanged,
  });
  const hand = async (link: string): Promise<void> => {
    if ("share" in navigator) await navigator.share({ text: say("proxy.share"), url: link }).catch(() => undefined);
    else
      await (navigator as Navigator).clipboard.writeText(link).then(
        () => setCopied(true),
        () => undefined,
      );
  };
  const who = proxy.name ?? say("proxy.somebody");
  return (
    <li className="card grid gap-3 p-4">
      <p>
        <strong>{who}</strong> <span className="text-ink-soft">{say(`proxy.is.${proxy.state}`)}</span>
        {proxy.endedAt !== null && <span className="text-ink-soft"> · {formats.moment(proxy.endedAt, now)}</span>}
      </p>
      {proxy.boundedBy !== null && (
        <p className="text-small text-ink-soft">{say("proxy.bounded", { until: formats.full(proxy.boundedBy) })}</p>
      )}
      {proxy.token !== null && proxy.email !== null && (
        <p className="wrap-anywhere text-small text-ink-soft">{say("proxy.sent", { email: proxy.email })}</p>
      )}
      {proxy.token !== null && (
        <>
          <TextField label={say("proxy.link", { name: who })} value={linkOf(proxy.token)} isReadOnly hint={say("proxy.link_hint")} />
          <div className="flex flex-wrap gap-2">
            <Button look="primary" onPress={() => void hand(linkOf(proxy.token!))}>
              {say("proxy.hand")}
            </Button>
            <Button isPending={revoke.isPending} onPress={() => revoke.mutate()}>
              {say("proxy.revoke")}
            </Button>
          </div>
          {isCopied && <p role="status">{say("proxy.copied")}</p>}
        </>
      )}
      {revoke.isError && <Failed error={revoke.error} />}
    </li>
  );
}

function Name({ parcel, onDone }: { parcel: string; onDone: () => void }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const people = useQuery(peopleQuery).data?.people ?? [];
  const { language } = useLanguage();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [hasTried, tried] = useState(false);
  const address = email.trim();
  const isWrong = address !== "" && !isEmail(address);
  const [keeps, keep] = useState(false);
  const send = useMutation({
    mutationFn: async (who: string) => {
      const named = await ask(
        proxies.parcels[":parcel"].proxies.$post({
          param: { parcel },
          json: { name: who, email: address === "" ? null : address, language },
        }),
      );
      if (keeps && !people.some((person) => person.name === who)) await ask(proxies.people.$post({ json: { name: who } }));
      return named;
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: peopleQuery.queryKey });
      onDone();
    },
  });
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        tried(true);
        if (name.trim() !== "" && !isWrong) send.mutate(name.trim());
      }}
    >
      <p>{say("proxy.means")}</p>
      {people.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {people.map((person) => (
            <Button key={person.id} size="small" onPress={() => setName(person.name)}>
              {person.name}
            </Button>
          ))}
        </div>
      )}
      <TextField
        label={say("proxy.who")}
        hint={say("proxy.who_hint")}
        error={hasTried && name.trim() === "" ? say("proxy.who_bad") : undefined}
        value={name}
        onChange={setName}
        autoComplete="off"
        autoCapitalize="words"
      />
      <TextField
        label={say("proxy.email")}
        hint={say("proxy.email_hint")}
        error={hasTried && isWrong ? say("proxy.email_bad") : undefined}
        type="email"
        inputMode="email"
        value={email}
        onChange={setEmail}
        autoComplete="off"
      />
      <label className="flex min-h-11 items-center gap-3">
        <input type="checkbox" className="size-5 accent-accent" checked={keeps} onChange={(event) => keep(event.target.checked)} />
        {say("proxy.keep")}
      </label>
      {send.isError &&
        (codeOf(send.error) === "over" ? <Notice kind="warn" title={say("proxy.over")} announce /> : <Failed error={send.error} />)}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link to="/people" className="font-medium text-accent">
          {say("people.title")}
        </Link>
        <Button type="submit" look="primary" isPending={send.isPending}>
          {say("proxy.make")}
        </Button>
      </div>
    </form>
  );
}
