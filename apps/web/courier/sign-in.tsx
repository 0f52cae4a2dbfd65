import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { identity } from "../shell/api.ts";
import { sessionQuery } from "../shell/session.ts";
import { words } from "./words.ts";

const carrierKey = "ph-courier-carrier";

/** Carrier, user name, password; the carrier is remembered on this phone, the rest is the phone's own keychain's business. */
export function SignIn({ isSomebodyElse }: { isSomebodyElse: boolean }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [carrier, setCarrier] = useState(() => localStorage.getItem(carrierKey) ?? "");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({
    mutationFn: () =>
      ask(
        identity.sessions.$post({
          json: { kind: "courier", carrier: carrier.trim().toLowerCase(), username: username.trim().toLowerCase(), password },
        }),
      ),
    onSuccess: (session) => {
      localStorage.setItem(carrierKey, carrier.trim().toLowerCase());
      queries.setQueryData(sessionQuery.queryKey, session);
    },
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (carrier && username && password) enter.mutate();
  };
  const code = codeOf(enter.error);
  const isWrong = code === "credentials_wrong" || code === "malformed";
  return (
    <form onSubmit={submit} noValidate className="page grid content-end gap-5 py-8">
      <h1 className="text-display">{say("signin.title")}</h1>
      {isSomebodyElse && <Notice kind="info" title={say("signin.other")} />}
      {isWrong && <Notice kind="error" title={say("signin.wrong")} />}
      {enter.isError && !isWrong && <Failed error={enter.error} />}
      <TextField
        label={say("signin.carrier")}
        hint={say("signin.carrier_hint")}
        value={carrier}
        onChange={setCarrier}
        autoComplete="organization"
        enterKeyHint="next"
      />
      <TextField label={say("signin.user")} value={username} onChange={setUsername} autoComplete="username" enterKeyHint="next" />
      <TextField
        label={say("signin.password")}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        enterKeyHint="go"
      />
      <Button type="submit" look="primary" size="large" wide isPending={enter.isPending} isDisabled={!carrier || !username || !password}>
        {say("signin.enter")}
      </Button>
    </form>
  );
}
