import type { PublishedRelease } from "@pigeonhole/firmware/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { firmware } from "../../shell/api.ts";
import { words } from "./words.ts";

/** At night, on each station's own clock. */
const night = { from: "01:00", until: "05:00" } as const;

/** Sends a release out, after saying what will happen. */
export function BeginDialog({ release, onClose }: { release: PublishedRelease; onClose: () => void }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState("30");
  const [atNight, setAtNight] = useState(true);
  const soakMinutes = /^\d{1,5}$/.test(minutes) && Number(minutes) <= 10_080 ? Number(minutes) : undefined;
  const begin = useMutation({
    mutationFn: () =>
      ask(
        firmware.firmware.rollouts.$post({
          json: { model: release.model, release: release.release, soakMinutes: soakMinutes!, quietHours: atNight ? night : null },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ["firmware"] });
    },
  });
  const code = codeOf(begin.error);
  return (
    <Dialog title={say("begin.title", { release: release.release, version: release.version })} isOpen onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (soakMinutes !== undefined) begin.mutate();
        }}
      >
        <p>{say("begin.body")}</p>
        <TextField label={say("begin.soak")} unit={say("begin.minutes")} inputMode="numeric" value={minutes} onChange={setMinutes} />
        <label className="flex min-h-11 items-center gap-3">
          <input
            type="checkbox"
            className="size-5 accent-(--color-accent)"
            checked={atNight}
            onChange={(event) => setAtNight(event.target.checked)}
          />
          {say("begin.quiet")}
        </label>
        {code === "rollout_under_way" || code === "no_stations" ? (
          <Notice kind="warn" title={say(code === "no_stations" ? "begin.nobody" : "begin.busy")} announce />
        ) : (
          begin.isError && <Failed error={begin.error} />
        )}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button type="submit" look="primary" isPending={begin.isPending} isDisabled={soakMinutes === undefined}>
            {say("begin")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
