import type { Voice } from "../simulator.ts";
import { address, code, coil, inputsReply, requestFraming, withCrc } from "./frames.ts";

/** Exception "server device busy". */
const busy = 0x06;

/** A relay board with a lock on each relay and its switch on the input of the same number. Address 0 is everybody, without an answer. */
export const relayVoice = (count: number): Voice => ({
  locks: count,
  framing: requestFraming,
  hear([at, what, high, low, ...value], own) {
    if (at !== own && at !== 0) return undefined;
    const register = (high! << 8) | low!;
    if (what === code.readInputs) return { kind: "status" };
    if (what !== code.writeCoil) return undefined;
    if (register === coil.all) return value[0] === 0 && value[1] === 0 ? { kind: "all_off" } : { kind: "open_all" };
    const relay = register - coil.pulse;
    return relay >= 0 && relay < count ? { kind: "open", lock: relay + 1 } : undefined;
  },
  answer(request, own, view, frame) {
    if (frame[0] !== own) return undefined;
    if (request.kind === "open") return view.isCooling ? withCrc(own, code.writeCoil | 0x80, busy) : frame.slice();
    const at = address(own);
    if (request.kind === "status")
      return inputsReply(
        at,
        Array.from({ length: count }, (_, n) => view.bit(n + 1)),
      );
    if (request.kind === "all_off") return withCrc(at, code.writeCoil, 0, coil.all, 0, 0);
    return undefined;
  },
});
