import { systemMonotonic } from "@pigeonhole/kit/clock";
import { Button } from "@pigeonhole/ui/button.tsx";
import { SunIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { barcodeFormats } from "@pigeonhole/couriers/contract";
import { useEffect, useRef, useState } from "react";
import type { Frame } from "./camera-worker.ts";
import { startReader } from "./reader.ts";
import { words } from "./words.ts";

/** The same label counts once while it stays in the picture. Milliseconds. */
const sameAgainMs = 3_000;
/** Frames are read at this width: enough for a label at arm's length, little enough for an old phone. Pixels. */
const frameWidth = 960;

/** The back camera, read as fast as this phone can. */
export function Camera({
  onRead,
  isPaused,
  formats = barcodeFormats,
  tall = false,
}: {
  onRead: (text: string) => void;
  isPaused: boolean;
  /** What to look for: labels, unless something else is meant. */
  formats?: readonly Frame["formats"][number][];
  tall?: boolean;
}) {
  const say = useSay(words);
  const video = useRef<HTMLVideoElement>(null);
  const reading = useRef({ onRead, isPaused, formats });
  reading.current = { onRead, isPaused, formats };
  const [track, setTrack] = useState<MediaStreamTrack>();
  const [hasFailed, setFailed] = useState(false);
  const [isLit, setLit] = useState(false);

  useEffect(() => {
    let isGone = false;
    let stream: MediaStream | undefined;
    let last = { text: "", atMs: Number.NEGATIVE_INFINITY };
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const look = () => {
      const picture = video.current;
      if (isGone) return;
      if (!picture?.videoWidth || !context || reading.current.isPaused) return void requestAnimationFrame(look);
      canvas.width = Math.min(frameWidth, picture.videoWidth);
      canvas.height = Math.round((canvas.width / picture.videoWidth) * picture.videoHeight);
      context.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const frame = context.getImageData(0, 0, canvas.width, canvas.height);
      reader.read(frame, [...reading.current.formats]);
    };
    const reader = startReader((data) => {
      const now = systemMonotonic();
      if (data !== null && !reading.current.isPaused) {
        const isSame = data === last.text && now - last.atMs < sameAgainMs;
        last = { text: data, atMs: now };
        if (!isSame) reading.current.onRead(data);
      }
      requestAnimationFrame(look);
    });
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: "environment" }, width: { ideal: 1_920 } },
      });
      if (isGone || !video.current) return stream.getTracks().forEach((each) => each.stop());
      setTrack(stream.getVideoTracks()[0]);
      video.current.srcObject = stream;
      await video.current.play();
      look();
    };
    begin().catch(() => {
      if (!isGone) setFailed(true);
    });
    return () => {
      isGone = true;
      reader.stop();
      stream?.getTracks().forEach((each) => each.stop());
    };
  }, []);

  if (hasFailed)
    return (
      <Notice kind="warn" title={say("scan.no_camera")} announce>
        {say("scan.no_camera_body")}
      </Notice>
    );
  const hasTorch = track !== undefined && "torch" in (track.getCapabilities?.() ?? {});
  const light = () => {
    // `torch` is not in the standard library's types: https://w3c.github.io/mediacapture-image/
    void track?.applyConstraints({ advanced: [{ torch: !isLit } as MediaTrackConstraintSet] }).then(
      () => setLit(!isLit),
      () => undefined,
    );
  };
  return (
    <div className="relative overflow-hidden rounded-large bg-sunken">
      <video
        ref={video}
        muted
        playsInline
        aria-label={say("scan.aim")}
        className={`w-full object-cover ${tall ? "h-[42dvh]" : "h-[26dvh]"}`}
      />
      <span
        aria-hidden
        className="pointer-events-none absolute inset-x-[12%] inset-y-[22%] rounded-medium border-3 border-on-accent shadow-raised"
      />
      {hasTorch && (
        <span className="absolute end-2 top-2">
          <Button size="small" icon={<SunIcon />} onPress={light}>
            {say("scan.torch")}
          </Button>
        </span>
      )}
    </div>
  );
}
