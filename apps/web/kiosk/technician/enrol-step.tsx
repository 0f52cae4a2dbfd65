import { TextField } from "@pigeonhole/ui/field.tsx";
import { CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useState } from "react";
import { Key } from "../key.tsx";
import { Stage } from "../stage.tsx";
import type { StepProps } from "./api.ts";
import { words } from "./words.ts";

/** The record is signed: with the one-time token the cabinet becomes a station of a network. */
export function EnrolStep({ view, wizard, isPending, act }: StepProps<"enrol">) {
  const say = useSay(words);
  const [url, setUrl] = useState(view.backendUrl ?? "");
  const [token, setToken] = useState("");
  return (
    <Stage
      title={say("enrol.title")}
      body={say("enrol.body", { count: wizard.results.length })}
      tone="good"
      controls={
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            act({ kind: "enrol", url: url.trim(), token: token.trim() });
          }}
        >
          <TextField label={say("enrol.url")} value={url} onChange={setUrl} type="url" autoCapitalize="none" placeholder="https://" />
          <TextField label={say("enrol.token")} hint={say("enrol.token_hint")} value={token} onChange={setToken} autoCapitalize="none" />
          <Key tall look="primary" type="submit" isDisabled={isPending || url === "" || token.trim().length < 20}>
            {say("enrol.join")}
          </Key>
          <Key isDisabled={isPending} onPress={() => act({ kind: "restart" })}>
            {say("restart")}
          </Key>
        </form>
      }
    />
  );
}

export function DoneStep() {
  const say = useSay(words);
  return (
    <Stage
      title={say("done.title")}
      body={say("done.body")}
      tone="good"
      picture={
        <span className="glyph grid size-[9rem] place-items-center rounded-full bg-good-soft text-[5rem] text-good">
          <CheckIcon />
        </span>
      }
    />
  );
}
