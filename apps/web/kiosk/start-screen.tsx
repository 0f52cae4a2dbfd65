import type { Kiosk, KioskState } from "@pigeonhole/station/kiosk/contract";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { BoxIcon, KeyIcon, QrIcon, WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import type { ReactNode } from "react";
import { Key } from "./key.tsx";
import { Stage } from "./stage.tsx";
import { words } from "./words.ts";

export interface StartScreenProps {
  readonly kiosk: Kiosk;
  readonly state: KioskState;
  readonly onCollect: () => void;
  readonly onBring: () => void;
  readonly onReceipts: () => void;
}

/** Idle: two choices. A QR code needs neither. */
export function StartScreen({ kiosk, state, onCollect, onBring, onReceipts }: StartScreenProps) {
  const say = useSay(words);
  const scan = say("start.scan");
  return (
    <Stage
      title={say("start.title")}
      spoken={scan}
      fills
      picture={<Cabinet label={kiosk.name} doors={kiosk.cabinet} className="kiosk-cabinet opacity-90" />}
      controls={
        <>
          {state.leftOpen.map((door) => (
            <p key={door} className="flex items-center gap-3 rounded-large bg-warn-soft p-4 text-lead font-semibold text-warn">
              <span className="glyph text-[2rem]">
                <WarningIcon />
              </span>
              {say("start.left_open", { door })}
            </p>
          ))}
          {state.power === "battery" && <p className="rounded-large bg-warn-soft p-4 text-lead text-warn">{say("start.on_battery")}</p>}
          {!state.service.deposits && state.service.reason !== null && (
            <p className="rounded-large bg-warn-soft p-4 text-lead font-semibold text-warn">
              {say("start.collect_only")} {say("call", { phone: kiosk.supportPhone })}
            </p>
          )}
          <p className="flex items-center justify-center gap-3 text-lead">
            <span className="glyph text-[2rem] text-accent">
              <QrIcon />
            </span>
            {scan}
          </p>
          <div className={`grid gap-3 ${kiosk.walkUpSizes.length > 0 ? "grid-cols-2" : ""}`}>
            <Choice onPress={onCollect} icon={<KeyIcon />} look="primary" title={say("start.collect")}>
              {say("start.collect.how")}
            </Choice>
            {kiosk.walkUpSizes.length > 0 && (
              <Choice onPress={onBring} icon={<BoxIcon />} look="plain" title={say("start.bring")}>
                {say("start.bring.how")}
              </Choice>
            )}
          </div>
          {state.standing !== null && (
            <p className="text-center text-lead text-ink-soft">
              {say("start.phone")} <strong className="tabular-nums tracking-widest text-ink">{state.standing}</strong>
            </p>
          )}
          {!state.isOnline && state.receipts > 0 && <Key onPress={onReceipts}>{say("start.receipts", { count: state.receipts })}</Key>}
        </>
      }
    />
  );
}

function Choice({
  title,
  icon,
  look,
  children,
  onPress,
}: {
  title: string;
  icon: ReactNode;
  look: "plain" | "primary";
  children: string;
  onPress: () => void;
}) {
  return (
    <Key onPress={onPress} look={look}>
      <span className="grid justify-items-center gap-1 py-10">
        <span className="glyph text-[3.5rem]">{icon}</span>
        <span className="text-[1.75rem]">{title}</span>
        <span className="text-lead font-normal">{children}</span>
      </span>
    </Key>
  );
}
