import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import type { Reservation } from "@pigeonhole/reservations/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { newKey, reservations } from "../shell/api.ts";
import { useSession } from "../shell/session.ts";
import { Check } from "./messages/fields.tsx";
import { reservationQuery } from "./queries.ts";
import { isEmail } from "./sign-in.tsx";
import { isMeasured, parcelOf, type Wish } from "./wish.ts";
import { words } from "./words-hold.ts";

const nameKey = "ph-name";
/** "+49 (151) 234-56" as E.164; undefined when it is no such number. */
export function phoneOf(text: string): string | null | undefined {
  const digits = text.replace(/[\s()./-]/g, "").replace(/^00/, "+");
  if (digits === "") return null;
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}

/** Who collects. Fields say what is wrong when they are sent, not while they are typed. */
export function HoldForm({ reservation, wish, onRelease }: { reservation: Reservation; wish: Wish; onRelease: () => Promise<void> }) {
  const say = useSay(words);
  const { language } = useLanguage();
  const session = useSession();
  const queries = useQueryClient();
  const key = useRef(newKey());
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(() => localStorage.getItem(nameKey) ?? "");
  const [typedEmail, setEmail] = useState<string>();
  const [phone, setPhone] = useState("");
  const [barcode, setBarcode] = useState("");
  const [isTogether, together] = useState(true);
  const [hasTried, tried] = useState(false);
  const email = typedEmail ?? session.data?.name ?? "";
  const label = barcode.trim();
  const errors = {
    name: name.trim() === "" ? say("hold.name_bad") : undefined,
    email: isEmail(email) ? undefined : say("signin.email_bad"),
    phone: phoneOf(phone) === undefined ? say("hold.phone_bad") : undefined,
    barcode: label === "" || (label.length >= 4 && label.length <= 80) ? undefined : say("hold.barcode_bad"),
  };
  const shown = hasTried ? errors : { name: undefined, email: undefined, phone: undefined, barcode: undefined };
  const confirm = useMutation({
    mutationFn: () =>
      ask(
        reservations.reservations[":id"].confirm.$post({
          param: { id: reservation.id },
          header: { "idempotency-key": key.current },
          json: {
            recipient: { name: name.trim(), email: email.trim(), phone: phoneOf(phone) ?? null, language },
            barcode: label === "" ? null : label,
            dimensions: parcelOf(wish).dimensions ?? null,
            // Only what was measured is known to fit beside something else.
            together: isMeasured(wish) && isTogether,
          },
        }),
      ),
    onSuccess: (confirmed) => {
      localStorage.setItem(nameKey, name.trim());
      queries.setQueryData(reservationQuery(reservation.id).queryKey, confirmed);
      void queries.invalidateQueries({ queryKey: ["parcels"] });
    },
    onError: (error) => {
      if (codeOf(error) === "hold_expired" || codeOf(error) === "wrong_state")
        void queries.invalidateQueries({ queryKey: reservationQuery(reservation.id).queryKey });
      else if (codeOf(error) !== undefined) key.current = newKey();
    },
  });
  const release = useMutation({ mutationFn: onRelease });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    tried(true);
    if (Object.values(errors).some((error) => error !== undefined)) {
      queueMicrotask(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    if (!confirm.isPending) confirm.mutate();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4">
      <h2 className="text-title">{say("hold.who")}</h2>
      <TextField
        label={say("hold.name")}
        error={shown.name}
        value={name}
        onChange={setName}
        autoComplete="name"
        maxLength={120}
        isRequired
      />
      <TextField
        label={say("hold.email")}
        hint={say("hold.email_hint")}
        error={shown.email}
        type="email"
        inputMode="email"
        value={email}
        onChange={setEmail}
        autoComplete="email"
        isRequired
      />
      <TextField
        label={say("hold.phone")}
        hint={say("hold.phone_hint")}
        error={shown.phone}
        type="tel"
        inputMode="tel"
        value={phone}
        onChange={setPhone}
        autoComplete="tel"
      />
      <TextField
        label={say("hold.barcode")}
        error={shown.barcode}
        value={barcode}
        onChange={setBarcode}
        autoComplete="off"
        maxLength={80}
      />
      {isMeasured(wish) && <Check label={say("hold.together")} hint={say("hold.together_hint")} isOn={isTogether} onTurn={together} />}
      {confirm.isError && <Failed error={confirm.error} />}
      {release.isError && <Failed error={release.error} />}
      <Button type="submit" look="primary" size="large" wide isPending={confirm.isPending}>
        {say("hold.confirm")}
      </Button>
      <Button look="quiet" wide isPending={release.isPending} onPress={() => release.mutate()}>
        {say("hold.release")}
      </Button>
      <p className="text-center text-small text-ink-soft">{say("hold.release_note")}</p>
    </form>
  );
}
