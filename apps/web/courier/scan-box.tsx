import { isReceiptPage } from "@pigeonhole/protocol/receipts";
import { Button } from "@pigeonhole/ui/button.tsx";
import { CameraIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useState, type FormEvent } from "react";
import { anyScan } from "../shell/scanner.ts";
import { useGo } from "../shell/to.tsx";
import { useScanner } from "../shell/use-scanner.ts";
import { Camera } from "./camera.tsx";
import { Huge, Thumb } from "./route-page.tsx";
import { deliver } from "./unsent.ts";
import { words } from "./words.ts";

const cameraKey = "ph-courier-camera";

/** The shortest text that the server takes for a label. */
const leastLabel = 4;

/** Three ways to name a parcel: the camera, a hand scanner that types, the fingers. The camera stays on from parcel to parcel. */
export function ScanBox({ onLabel, isPending }: { onLabel: (label: string) => void; isPending: boolean }) {
  const say = useSay(words);
  const [isOn, setOn] = useState(() => sessionStorage.getItem(cameraKey) === "on");
  const [typed, type] = useState("");
  const turn = (on: boolean) => {
    sessionStorage.setItem(cameraKey, on ? "on" : "off");
    setOn(on);
  };
  const go = useGo();
  // A station's receipt before the camera is a receipt, wherever the courier happens to be.
  const read = (text: string): void => {
    if (!isReceiptPage(text)) return onLabel(text);
    void deliver(text).finally(() => go("/courier/receipts"));
  };
  useScanner({
    isScan: anyScan,
    onScan: (text) => {
      if (!isPending) read(text);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim().length < leastLabel || isPending) return;
    onLabel(typed.trim());
    type("");
  };
  return (
    <Thumb>
      {isOn && <Camera onRead={read} isPaused={isPending} />}
      <form onSubmit={submit} className="grid grid-cols-[1fr_auto] items-end gap-2">
        <TextField label={say("scan.type")} value={typed} onChange={type} autoComplete="off" spellCheck="false" enterKeyHint="go" />
        <Button type="submit" isDisabled={typed.trim().length < leastLabel} isPending={isPending && !isOn}>
          {say("scan.open")}
        </Button>
      </form>
      {isOn ? (
        <Button size="large" wide onPress={() => turn(false)}>
          {say("scan.camera_off")}
        </Button>
      ) : (
        <Huge icon={<CameraIcon size={30} />} onPress={() => turn(true)}>
          {say("scan.camera")}
        </Huge>
      )}
    </Thumb>
  );
}
