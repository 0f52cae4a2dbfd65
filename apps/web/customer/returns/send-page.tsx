import { rulesVersion, sendingSizes } from "@pigeonhole/returns/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { newKey, returns } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { phoneOf } from "../hold-form.tsx";
import { isEmail } from "../sign-in.tsx";
import { SignInPage } from "../sign-in-page.tsx";
import { Shapes } from "../size-picker.tsx";
import { PlaceChoice } from "./place-choice.tsx";
import { words } from "./words.ts";

const refusals = ["station_full", "station_unavailable", "no_such_station", "too_many_sendings", "same_station", "does_not_fit"] as const;
type Size = (typeof sendingSizes)[number];

/** From one customer to another: who, how large, where it is put in and where it is collected. */
export function SendPage() {
  const say = useSay(words);
  const session = useSession();
  if (session.isPending) return <Spinner onRetry={() => void session.refetch()} />;
  if (!session.data) return <SignInPage why={say("list.why_signin")} onDone={() => void session.refetch()} />;
  return (
    <div className="page grid gap-6 py-6">
      <header className="grid gap-2">
        <h1 className="text-display">{say("send.title")}</h1>
        <p className="text-ink-soft">{say("send.lead")}</p>
      </header>
      <Form />
    </div>
  );
}

function Form() {
  const say = useSay(words);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const key = useRef(newKey());
  const [own, setOwn] = useState("");
  const [to, setTo] = useState({ name: "", email: "", phone: "" });
  const [size, setSize] = useState<Size>("medium");
  const [from, chooseFrom] = useState<string>();
  const [there, chooseThere] = useState<string>();
  const [accepts, accept] = useState(false);
  const [hasTried, tried] = useState(false);
  const errors = {
    own: own.trim() === "" ? say("send.name_bad") : undefined,
    name: to.name.trim() === "" ? say("send.name_bad") : undefined,
    email: isEmail(to.email) ? undefined : say("send.email_bad"),
    phone: phoneOf(to.phone) === undefined ? say("send.phone_bad") : undefined,
    from: from === undefined ? say("place.choose_first") : undefined,
    there: there === undefined ? say("place.choose_first") : there === from ? say("no.same_station") : undefined,
    rules: accepts ? undefined : say("send.rules_bad"),
  };
  const shown: Partial<typeof errors> = hasTried ? errors : {};
  const send = useMutation({
    mutationFn: () =>
      ask(
        returns.sendings.$post({
          header: { "idempotency-key": key.current },
          json: {
            station: from!,
            to: there!,
            size,
            sender: { name: own.trim(), language },
            recipient: { name: to.name.trim(), email: to.email.trim(), phone: phoneOf(to.phone) ?? null, language },
            acceptsRules: rulesVersion,
          },
        }),
      ),
    onSuccess: (begun) => {
      void queries.invalidateQueries({ queryKey: ["returns"] });
      void navigate({ to: "/returns/$return", params: { return: begun.id } });
    },
    onError: (error) => {
      if (codeOf(error) !== undefined) key.current = newKey();
      void queries.invalidateQueries({ queryKey: ["return-places"] });
    },
  });
  const refusal = refusals.find((code) => code === codeOf(send.error));
  return (
    <form
      ref={form}
      noValidate
      className="grid gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        tried(true);
        if (Object.values(errors).every((error) => error === undefined)) {
          if (!send.isPending) send.mutate();
        } else queueMicrotask(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      }}
    >
      <section className="grid gap-4">
        <h2 className="text-title">{say("send.you")}</h2>
        <TextField
          label={say("send.your_name")}
          error={shown.own}
          value={own}
          onChange={setOwn}
          autoComplete="name"
          maxLength={120}
          isRequired
        />
      </section>
      <section className="grid gap-4">
        <h2 className="text-title">{say("send.to")}</h2>
        <TextField
          label={say("send.name")}
          error={shown.name}
          value={to.name}
          onChange={(name) => setTo({ ...to, name })}
          autoComplete="off"
          maxLength={120}
          isRequired
        />
        <TextField
          label={say("send.email")}
          error={shown.email}
          type="email"
          inputMode="email"
          value={to.email}
          onChange={(email) => setTo({ ...to, email })}
          autoComplete="off"
          isRequired
        />
        <TextField
          label={say("send.phone")}
          error={shown.phone}
          type="tel"
          inputMode="tel"
          value={to.phone}
          onChange={(phone) => setTo({ ...to, phone })}
          autoComplete="off"
        />
      </section>
      <fieldset className="grid gap-2">
        <legend className="mb-2 text-title">{say("new.size")}</legend>
        <Shapes
          wish={{ size }}
          only={sendingSizes}
          onChange={(next) => {
            setSize(sendingSizes.find((each) => each === next.size) ?? "medium");
            chooseFrom(undefined);
            chooseThere(undefined);
          }}
        />
      </fieldset>
      <PlaceChoice legend={say("new.where")} size={size} isForPuttingIn chosen={from} error={shown.from} onChoose={chooseFrom} />
      <PlaceChoice
        legend={say("send.there")}
        size={size}
        isForPuttingIn={false}
        chosen={there}
        error={shown.there}
        onChoose={chooseThere}
      />
      <div className="grid gap-1">
        <label className="flex min-h-11 items-center gap-3">
          <input
            type="checkbox"
            className="size-5 shrink-0 accent-accent"
            checked={accepts}
            aria-invalid={shown.rules !== undefined}
            onChange={(event) => accept(event.target.checked)}
          />
          {say("send.rules")}
        </label>
        {shown.rules !== undefined && (
          <p role="alert" className="text-small font-medium text-bad">
            {shown.rules}
          </p>
        )}
      </div>
      {refusal && <Notice kind="warn" title={say(`no.${refusal}`)} announce />}
      {send.isError && !refusal && <Failed error={send.error} />}
      <Button type="submit" look="primary" size="large" wide isPending={send.isPending}>
        {say("new.start")}
      </Button>
    </form>
  );
}
