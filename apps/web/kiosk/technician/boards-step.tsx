import { WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Key } from "../key.tsx";
import { Stage } from "../stage.tsx";
import type { StepProps } from "./api.ts";
import { words } from "./words.ts";

/** What was found, and whether it can go on. */
export function BoardsStep({ view, wizard, isPending, act }: StepProps<"boards">) {
  const say = useSay(words);
  const { found } = wizard;
  const hasTwins = found.some(({ answers }) => answers !== "one");
  return (
    <Stage
      title={found.length === 0 ? say("boards.none") : say("boards.title", { count: found.length })}
      {...(found.length === 0 ? { body: say("boards.none_body") } : hasTwins ? {} : { body: say("boards.body") })}
      tone={found.length === 0 || hasTwins ? "warn" : "plain"}
      picture={
        <ul className="grid w-full max-w-[34rem] gap-3 text-start">
          {found.map(({ model, address, port, baud, answers }) => (
            <li key={`${port} ${baud} ${model} ${address}`} className="grid gap-1 rounded-large border-2 border-line p-4 text-lead">
              {say("boards.row", {
                title: view.models.find(({ name }) => name === model)?.title ?? model,
                address: String(address),
                port: port.replace(/^serial:/, ""),
                baud: String(baud),
              })}
              {answers !== "one" && (
                <span className="flex items-center gap-2 font-semibold text-warn">
                  <span className="glyph text-[1.5rem]">
                    <WarningIcon />
                  </span>
                  {say("boards.twins")}
                </span>
              )}
            </li>
          ))}
        </ul>
      }
      controls={
        <>
          {found.length > 0 && !hasTwins && (
            <Key tall look="primary" isDisabled={isPending} onPress={() => act({ kind: "begin" })}>
              {say("boards.begin")}
            </Key>
          )}
          <Key tall isDisabled={isPending} onPress={() => act({ kind: "restart" })}>
            {say("boards.again")}
          </Key>
        </>
      }
    />
  );
}
