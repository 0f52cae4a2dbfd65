import type { Act, Commissioning } from "@pigeonhole/station/commissioning/contract";
import { ask } from "@pigeonhole/ui/ask";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { languageNames, languages } from "@pigeonhole/ui/say";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Key } from "../key.tsx";
import { Stage } from "../stage.tsx";
import { commissioning, type Wizard } from "./api.ts";
import { BoardsStep } from "./boards-step.tsx";
import { DoorsStep } from "./doors-step.tsx";
import { DoneStep, EnrolStep } from "./enrol-step.tsx";
import { LinesStep } from "./lines-step.tsx";
import { SignStep } from "./sign-step.tsx";
import { TestStep } from "./test-step.tsx";
import { words } from "./words.ts";

/** The hands are at the doors, the screen follows. Milliseconds. */
const lookMs = 400;
const steps: readonly Wizard["step"][] = ["lines", "boards", "doors", "test", "sign", "enrol"];

/** The technician's whole screen, while the cabinet is commissioned. */
export function TechnicianApp({ first }: { first: Commissioning }) {
  const say = useSay(words);
  const { language, choose } = useLanguage();
  const queries = useQueryClient();
  const [pin, setPin] = useState<string>();
  const key = ["commissioning"];
  const query = useQuery({
    queryKey: key,
    queryFn: () => ask(commissioning.$get()),
    refetchInterval: lookMs,
    initialData: { commissioning: first },
    staleTime: 0,
    retry: false,
  });
  const view = query.data.commissioning;
  const acting = useMutation({
    mutationFn: (act: Act) => ask(commissioning.acts.$post({ json: { ...(pin !== undefined && { pin }), act } })),
    onSuccess: (next) => queries.setQueryData(key, { commissioning: next }),
    onError: (error) => {
      if ("problem" in error && (error.problem as { code: string }).code === "wrong_pin") setPin(undefined);
    },
  });
  // The program goes on as a kiosk: its page is another one.
  const isOver = view === null || (view.wizard.step === "done" && query.isError);
  useEffect(() => {
    if (isOver) location.reload();
  }, [isOver]);
  if (view === null) return <main className="flex-1" />;

  const { wizard } = view;
  const trouble = acting.error ?? (query.isError && wizard.step !== "done" ? query.error : null);
  const props = { view, isPending: acting.isPending || view.isBusy, act: acting.mutate };
  return (
    <>
      <header className="flex items-center justify-between gap-4 px-5 pt-4 text-lead">
        <span className="font-semibold">{wizard.step !== "done" && say("step", { at: String(steps.indexOf(wizard.step) + 1) })}</span>
        <span className="flex gap-2">
          {languages
            .filter((each) => each !== language)
            .map((each) => (
              <Key key={each} onPress={() => choose(each)}>
                <span lang={each}>{languageNames[each]}</span>
              </Key>
            ))}
        </span>
      </header>
      {trouble && (
        <div className="mx-auto w-full max-w-[34rem] px-5 pt-4">
          <Notice kind="error" title={say("failed")}>
            {"problem" in trouble ? trouble.message : say("unreachable")}
          </Notice>
        </div>
      )}
      {view.needsPin && pin === undefined && wizard.step !== "done" ? (
        <PinStep onPin={setPin} />
      ) : wizard.step === "lines" ? (
        <LinesStep {...props} wizard={wizard} />
      ) : wizard.step === "boards" ? (
        <BoardsStep {...props} wizard={wizard} />
      ) : wizard.step === "doors" ? (
        <DoorsStep {...props} wizard={wizard} />
      ) : wizard.step === "test" ? (
        <TestStep {...props} wizard={wizard} />
      ) : wizard.step === "sign" ? (
        <SignStep {...props} wizard={wizard} />
      ) : wizard.step === "enrol" ? (
        <EnrolStep {...props} wizard={wizard} />
      ) : (
        <DoneStep />
      )}
    </>
  );
}

function PinStep({ onPin }: { onPin: (pin: string) => void }) {
  const say = useSay(words);
  const [typed, type] = useState("");
  return (
    <Stage
      title={say("pin.title")}
      body={say("pin.body")}
      controls={
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            onPin(typed);
          }}
        >
          <TextField label={say("pin.label")} value={typed} onChange={type} type="password" inputMode="numeric" code autoFocus />
          <Key tall look="primary" type="submit" isDisabled={typed.length < 6}>
            {say("go")}
          </Key>
        </form>
      }
    />
  );
}
