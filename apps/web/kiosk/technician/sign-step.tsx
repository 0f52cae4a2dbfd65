import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useState } from "react";
import { Key } from "../key.tsx";
import { Stage } from "../stage.tsx";
import type { StepProps } from "./api.ts";
import { words } from "./words.ts";

/** What was tested, what failed, and who vouches for it. */
export function SignStep({ wizard, isPending, act }: StepProps<"sign">) {
  const say = useSay(words);
  const [technician, setTechnician] = useState("");
  const failed = wizard.failed.map(({ door }) => door);
  return (
    <Stage
      title={say("sign.title")}
      body={say("sign.body", { count: wizard.results.length })}
      controls={
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            act({ kind: "sign", technician });
          }}
        >
          {failed.length > 0 && (
            <Notice kind="warn" title={say("sign.failed", { count: failed.length })}>
              {failed.join(", ")}
            </Notice>
          )}
          <TextField
            label={say("sign.name")}
            hint={say("sign.name_hint")}
            value={technician}
            onChange={setTechnician}
            maxLength={80}
            autoCapitalize="words"
            autoFocus
          />
          <Key tall look="primary" type="submit" isDisabled={isPending || technician.trim().length < 2}>
            {say("sign.sign")}
          </Key>
          <Key isDisabled={isPending} onPress={() => act({ kind: "restart" })}>
            {say("restart")}
          </Key>
        </form>
      }
    />
  );
}
