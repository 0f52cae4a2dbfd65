import { lockBoard } from "../board.ts";
import { usualQuirks, type Model } from "../model.ts";
import {
  address,
  allOffRequest,
  code,
  echoFraming,
  either,
  exceptionFraming,
  inputsFraming,
  inputsRequest,
  pulseRequest,
  readInputs,
  relay,
} from "./frames.ts";

/** A lock of the usual kind has drawn its bolt after so long. Milliseconds. */
const usualPulseMs = 500;

/**
 * Relay boards with as many inputs as relays, the doors' switches on the inputs. A relay is never switched on: it is pulsed by the board itself,
 * so that a crash leaves no coil energised, and all are off before the first use.
 */
const relays = (count: 8 | 16 | 32): Model => ({
  title: `Waveshare Modbus RTU relay, ${count} channels`,
  bauds: [9_600, 4_800, 19_200, 38_400, 57_600, 115_200],
  addresses: { first: 1, last: 247 },
  locks: count,
  hasOutputs: true,
  wireLocks: { first: 0, last: count - 1 },
  quirks: { ...usualQuirks, acknowledges: true, minIntervalMs: 10, pulseMs: usualPulseMs },
  statusReplies: (at) => inputsFraming(address(at), count),
  drive(line, at, quirks) {
    const slave = address(at);
    const { minIntervalMs, replyTimeoutMs: timeoutMs } = quirks;
    const write = (request: Uint8Array) =>
      line.ask(
        request,
        {
          framing: either(echoFraming(request), exceptionFraming(slave, code.writeCoil)),
          timeoutMs,
          read: (frame) => (frame.length === request.length ? ("fired" as const) : ("board_refused" as const)),
        },
        minIntervalMs,
      );
    return lockBoard(
      {
        prepare: async () => (await write(allOffRequest(slave))) === "fired",
        fire: (lock) => write(pulseRequest(slave, relay(lock - 1), quirks.pulseMs ?? usualPulseMs)),
        pulse: (output, ms) => write(pulseRequest(slave, relay(output - 1), ms)),
        async read() {
          const bits = await line.ask(
            inputsRequest(slave, count),
            { framing: inputsFraming(slave, count), timeoutMs, read: (frame) => readInputs(frame, count) },
            minIntervalMs,
          );
          return new Map((bits ?? []).map((door, n) => [n + 1, { door }]));
        },
      },
      count,
      quirks,
    );
  },
});

/** Eight relays and eight inputs. */
export const relay8Model = relays(8);
/** Sixteen of each. */
export const relay16Model = relays(16);
/** Thirty-two of each. */
export const relay32Model = relays(32);
