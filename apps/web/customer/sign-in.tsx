import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { MailIcon } from "@pigeonhole/ui/icons.tsx";
import { useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import type { Session } from "@pigeonhole/identity/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { identity } from "../shell/api.ts";
import { useConfig } from "../shell/config.ts";
import { sessionQuery } from "../shell/session.ts";
import { words } from "./words-hold.ts";

const codeDigits = 6;
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim());

/** Two steps in one place: the address, then the code that was sent there. */
export function SignIn({ why, onDone }: { why: string; onDone: (session: Session) => void }) {
  const say = useSay(words);
  const { language } = useLanguage();
  const { inboxUrl } = useConfig();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [code, setCode] = useState("");
  const [emailError, setEmailError] = useState<string>();
  const send = useMutation({
    mutationFn: () => ask(identity["sign-in-codes"].$post({ json: { email: email.trim(), language } })),
    onSuccess: () => setCode(""),
  });
  const enter = useMutation({
    mutationFn: (digits: string) => ask(identity.sessions.$post({ json: { kind: "customer", email: email.trim(), code: digits } })),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      onDone(session);
    },
    onError: () => setCode(""),
  });
  const submitEmail = (event: FormEvent) => {
    event.preventDefault();
    if (!isEmail(email)) return setEmailError(say("signin.email_bad"));
    setEmailError(undefined);
    send.mutate();
  };
  const submitCode = (event: FormEvent) => {
    event.preventDefault();
    if (code.length === codeDigits && !enter.isPending) enter.mutate(code);
  };
  const typeCode = (text: string) => {
    const digits = text.replace(/\D/g, "").slice(0, codeDigits);
    setCode(digits);
    if (digits.length === codeDigits && !enter.isPending) enter.mutate(digits);
  };

  if (!send.isSuccess) {
    return (
      <form onSubmit={submitEmail} noValidate className="grid gap-4">
        <p>{why}</p>
        <TextField
          label={say("signin.email")}
          hint={say("signin.no_password")}
          error={emailError}
          type="email"
          autoComplete="email"
          inputMode="email"
          enterKeyHint="send"
          value={email}
          onChange={setEmail}
          autoFocus
          start={<MailIcon />}
        />
        {send.isError && <Failed error={send.error} />}
        <Button type="submit" look="primary" wide isPending={send.isPending}>
          {say("signin.send")}
        </Button>
      </form>
    );
  }
  const refusal = codeOf(enter.error);
  const codeError = refusal === "code_wrong" ? say("signin.wrong") : refusal === "code_expired" ? say("signin.expired") : undefined;
  return (
    <form onSubmit={submitCode} noValidate className="grid gap-4">
      <p role="status">{say("signin.sent", { email: email.trim() })}</p>
      {inboxUrl !== undefined && (
        <Notice
          kind="info"
          title={say("signin.inbox")}
          actions={
            <a href={inboxUrl} target="_blank" rel="noreferrer" className="font-semibold text-on-accent-soft underline underline-offset-4">
              {say("signin.inbox_open")}
            </a>
          }
        />
      )}
      <TextField
        code
        label={say("signin.code")}
        error={codeError}
        autoComplete="one-time-code"
        inputMode="numeric"
        enterKeyHint="go"
        value={code}
        onChange={typeCode}
        autoFocus
      />
      {enter.isError && codeError === undefined && <Failed error={enter.error} />}
      <Button type="submit" look="primary" wide isPending={enter.isPending} isDisabled={code.length < codeDigits}>
        {say("signin.enter")}
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button
          look="quiet"
          size="small"
          isPending={send.isPending}
          onPress={() => {
            enter.reset();
            send.mutate();
          }}
        >
          {say("signin.again")}
        </Button>
        <Button
          look="quiet"
          size="small"
          onPress={() => {
            send.reset();
            enter.reset();
          }}
        >
          {say("signin.other")}
        </Button>
      </div>
    </form>
  );
}
