import type { WindowBounds, Windows } from "@pigeonhole/reservations/windows/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { windows as api } from "../../shell/api.ts";
import { words as general } from "../words.ts";
import type { Owner } from "./page.tsx";
import { words } from "./words.ts";

/** The shortest reason that somebody else can use. */
const leastReason = 3;

type Field = "holdMinutes" | "deliveryDays" | "standard" | "prime" | "business" | "extensions" | "extensionDays" | "vacationDays";
const fields: readonly Field[] = [
  "holdMinutes",
  "deliveryDays",
  "standard",
  "prime",
  "business",
  "extensions",
  "extensionDays",
  "vacationDays",
];
/** Least and most of each, the operator's bounds where there are any. */
const rangeOf = (field: Field, bounds: WindowBounds): readonly [least: number, most: number] =>
  (
    {
      holdMinutes: [1, 60],
      deliveryDays: [1, bounds.deliveryDays],
      standard: [1, bounds.collectionDays],
      prime: [1, bounds.collectionDays],
      business: [1, bounds.collectionDays],
      extensions: [0, bounds.extensions],
      extensionDays: [1, 30],
      vacationDays: [0, bounds.vacationDays],
    } as const
  )[field];

const flat = ({ collectionDays, ...rest }: Windows): Record<Field, string> =>
  Object.fromEntries(Object.entries({ ...rest, ...collectionDays }).map(([name, value]) => [name, String(value)])) as Record<Field, string>;

interface Props {
  readonly owner: Owner;
  readonly windows: Windows;
  readonly bounds: WindowBounds;
  readonly onClose: () => void;
}

/** Other limits for the orders that somebody places from now on; says what each may be at most, and asks for the reason. */
export function LimitsDialog({ owner, windows, bounds, onClose }: Props) {
  const say = useSay(words);
  const sayGeneral = useSay(general);
  const queries = useQueryClient();
  const [typed, type] = useState(flat(windows));
  const [reason, setReason] = useState("");
  const isRight = (field: Field): boolean => {
    const [least, most] = rangeOf(field, bounds);
    return /^\d{1,3}$/.test(typed[field]) && Number(typed[field]) >= least && Number(typed[field]) <= most;
  };
  const isReady = reason.trim().length >= leastReason && fields.every(isRight);
  const saving = useMutation({
    mutationFn: () => {
      const { standard, prime, business, ...rest } = Object.fromEntries(fields.map((field) => [field, Number(typed[field])])) as Record<
        Field,
        number
      >;
      return ask(
        api.windows.owners[":kind"][":tenant"].$put({
          param: { kind: owner.kind, tenant: owner.id },
          json: { windows: { ...rest, collectionDays: { standard, prime, business } }, reason: reason.trim() },
        }),
      );
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ["windows"] });
    },
  });
  return (
    <Dialog title={say("change.of", { name: owner.name })} isOpen onClose={onClose}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (isReady) saving.mutate();
        }}
      >
        <p>{say("change.body")}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {fields.map((field) => {
            const [least, most] = rangeOf(field, bounds);
            return (
              <TextField
                key={field}
                label={say(field)}
                hint={say("range", { least, most })}
                inputMode="numeric"
                unit={say(field === "holdMinutes" ? "unit.minutes" : field === "extensions" ? "unit.times" : "unit.days")}
                value={typed[field]}
                onChange={(text) => type({ ...typed, [field]: text.replace(/\D/g, "").slice(0, 3) })}
                error={isRight(field) ? undefined : say("out_of_range", { least, most })}
              />
            );
          })}
        </div>
        <TextField
          label={sayGeneral("reason")}
          hint={sayGeneral("reason.least", { count: leastReason })}
          maxLength={200}
          value={reason}
          onChange={setReason}
        />
        {saving.isError && <Failed error={saving.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={onClose}>{sayGeneral("cancel")}</Button>
          <Button type="submit" look="primary" isPending={saving.isPending} isDisabled={!isReady}>
            {say("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
