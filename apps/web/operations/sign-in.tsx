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

export function SignIn({ isSomebodyElse }: { isSomebodyElse: boolean }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isSecond, setSecond] = useState(false);
  const [second, setCode] = useState("");
  const enter = useMutation({
    mutationFn: () =>
      ask(identity.sessions.$post({ json: { kind: "operator", email: email.trim(), password, ...(isSecond ? { code: second } : {}) } })),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
    onError: (error) => {
      const why = codeOf(error);
      setCode("");
      if (why === "second_factor_needed") setSecond(true);
      // With a wrong second code the password is kept: it was right.
      else if (!isSecond || why === "credentials_wrong") {
        setPassword("");
        setSecond(false);
      }
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (email && password && (!isSecond || second)) enter.mutate();
  };
  const code = codeOf(enter.error);
  const isWrong = code === "credentials_wrong" || (code === "malformed" && !isSecond);
  const isWrongCode = isSecond && (code === "second_factor_wrong" || code === "malformed");
  return (
    <form onSubmit={submit} noValidate className="page grid max-w-md content-start gap-5 py-10">
      <h1 className="text-display">{say("signin.title")}</h1>
      {isSomebodyElse && <Notice kind="info" title={say("signin.other")} />}
      {isWrong && <Notice kind="error" title={say("signin.wrong")} />}
      {enter.isError && !isWrong && !isWrongCode && code !== "second_factor_needed" && <Failed error={enter.error} />}
      <TextField label={say("signin.email")} type="email" autoComplete="username" value={email} onChange={setEmail} enterKeyHint="next" />
      <TextField
        label={say("signin.password")}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        enterKeyHint="go"
      />
      {isSecond && (
        <TextField
          label={say("signin.code")}
          hint={say("signin.code_hint")}
          autoComplete="one-time-code"
          autoCapitalize="none"
          autoCorrect="off"
          value={second}
          onChange={setCode}
          error={isWrongCode ? say("signin.code_wrong") : undefined}
          enterKeyHint="go"
          autoFocus
        />
      )}
      <Button type="submit" look="primary" wide isPending={enter.isPending} isDisabled={!email || !password || (isSecond && !second)}>
        {say("signin.enter")}
      </Button>
    </form>
  );
}
