import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { QrCode } from "@pigeonhole/ui/qr-code.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { secondFactor } from "../../shell/api.ts";
import { sessionQuery } from "../../shell/session.ts";
import { secondFactorQuery } from "./queries.ts";
import { words } from "./words.ts";

/** So few recovery codes left are said with a warning. */
const few = 3;
type Open = "begin" | "renew" | "off" | null;

/** How an operator's second factor stands, and what can be done about it. */
export function SecondFactorCard() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const query = useQuery(secondFactorQuery);
  const [open, setOpen] = useState<Open>(null);
  if (query.isPending) return <Spinner />;
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const { state, since, recoveryCodesLeft, isRequired } = query.data;
  const isOn = state === "on" && since !== null;
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("factor")}</h2>
      {isOn ? (
        <>
          <p>{say("factor.on", { when: formats.moment(since, now) })}</p>
          <p className="text-ink-soft">{say("factor.left", { count: recoveryCodesLeft })}</p>
          {recoveryCodesLeft <= few && <Notice kind="warn" title={say("factor.few")} />}
          <div className="flex flex-wrap gap-3">
            <Button onPress={() => setOpen("renew")}>{say("renew")}</Button>
            {!isRequired && <Button onPress={() => setOpen("off")}>{say("off")}</Button>}
          </div>
        </>
      ) : (
        <>
          <p>{say("factor.none")}</p>
          <div>
            <Button look="primary" onPress={() => setOpen("begin")}>
              {say("begin")}
            </Button>
          </div>
        </>
      )}
      {open === "begin" && <Enrol onClose={() => setOpen(null)} />}
      {open === "renew" && <Renew onClose={() => setOpen(null)} />}
      {open === "off" && <TurnOff onClose={() => setOpen(null)} />}
    </section>
  );
}

/** Password, QR code and first code, recovery codes: one dialogue in three steps. */
function Enrol({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const done = useDone(onClose);
  const [password, setPassword] = useState("");
  const begin = useMutation({ mutationFn: () => ask(secondFactor.my["second-factor"].$post({ json: { password } })) });
  const confirm = useMutation({ mutationFn: (code: string) => ask(secondFactor.my["second-factor"].confirm.$post({ json: { code } })) });
  if (confirm.data) return <Codes codes={confirm.data.recoveryCodes} onClose={done} />;
  if (begin.data) {
    const { uri, secret } = begin.data;
    return (
      <CodeDialog title={say("scan.title")} verb={say("confirm")} label={say("code")} act={confirm} onClose={onClose}>
        <p>{say("scan.body")}</p>
        <div className="grid justify-items-center gap-3">
          <QrCode text={uri} label={say("scan.qr")} />
        </div>
        <p className="text-small text-ink-soft">{say("scan.key")}</p>
        <p className="font-mono text-small break-all select-all">{secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}</p>
      </CodeDialog>
    );
  }
  const isWrong = codeOf(begin.error) === "credentials_wrong";
  return (
    <Dialog title={say("password.title")} isOpen onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (password) begin.mutate();
        }}
      >
        <TextField
          label={say("password")}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={isWrong ? say("password.wrong") : undefined}
          autoFocus
        />
        {begin.isError && !isWrong && <Failed error={begin.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button type="submit" look="primary" isPending={begin.isPending} isDisabled={!password}>
            {say("next")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Renew({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const done = useDone(onClose);
  const renew = useMutation({
    mutationFn: (code: string) => ask(secondFactor.my["second-factor"]["recovery-codes"].$post({ json: { code } })),
  });
  if (renew.data) return <Codes codes={renew.data.recoveryCodes} onClose={done} />;
  return (
    <CodeDialog title={say("renew.title")} verb={say("renew")} label={say("code.any")} act={renew} onClose={onClose}>
      <p>{say("renew.body")}</p>
    </CodeDialog>
  );
}

function TurnOff({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const done = useDone(onClose);
  const off = useMutation({
    mutationFn: (code: string) => ask(secondFactor.my["second-factor"].off.$post({ json: { code } })),
    onSuccess: done,
  });
  return (
    <CodeDialog title={say("off.title")} verb={say("off")} label={say("code.any")} act={off} onClose={onClose}>
      <p>{say("off.body")}</p>
    </CodeDialog>
  );
}

function useDone(onClose: () => void): () => void {
  const queries = useQueryClient();
  return () => {
    onClose();
    void queries.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
    void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
}

interface CodeDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly label: string;
  readonly act: { readonly mutate: (code: string) => void; readonly error: Error | null; readonly isPending: boolean };
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks for a code of the second factor, and does something with it. */
function CodeDialog({ title, verb, label, act, onClose, children }: CodeDialogProps) {
  const say = useSay(words);
  const [code, setCode] = useState("");
  const refused = codeOf(act.error);
  const isWrong = refused === "second_factor_wrong" || refused === "malformed";
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (code.trim()) act.mutate(code);
        }}
      >
        {children}
        <TextField
          label={label}
          hint={say("code.hint")}
          autoComplete="one-time-code"
          autoCapitalize="none"
          autoCorrect="off"
          value={code}
          onChange={setCode}
          error={isWrong ? say("code.wrong") : undefined}
          autoFocus
        />
        {act.error !== null && !isWrong && <Failed error={act.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button type="submit" look="primary" isPending={act.isPending} isDisabled={!code.trim()}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Shown once; closed by who says that they are kept. */
function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const say = useSay(words);
  const [isCopied, setCopied] = useState(false);
  return (
    <Dialog title={say("codes.title")} isOpen onClose={onClose}>
      <div className="grid gap-4">
        <p>{say("codes.body")}</p>
        <ol className="grid grid-cols-2 gap-x-6 gap-y-2 rounded-medium bg-sunken p-4 font-mono select-all">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={() => void navigator.clipboard.writeText(codes.join("\n")).then(() => setCopied(true))}>
            {say(isCopied ? "codes.copied" : "codes.copy")}
          </Button>
          <Button look="primary" onPress={onClose}>
            {say("codes.kept")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
