import { useId, useRef, useState, type KeyboardEvent } from "react";
import {
  doorStates,
  drawn,
  extent,
  heightWord,
  inOrder,
  neighbour,
  rowOf,
  type Direction,
  type Door,
  type DoorState,
} from "./cabinet-geometry.ts";
import { DoorLook, DoorPatterns, OpenDoor } from "./door-look.tsx";
import { useSay } from "./language.tsx";
import { words } from "./words.ts";

export interface CabinetProps {
  /** What is drawn: "Old Town Hall, cabinet". */
  readonly label: string;
  readonly doors: readonly Door[];
  /** A door that is not listed is drawn as `unknown`. Without `states` the cabinet is drawn plain: for customers, who see only their own door. */
  readonly states?: ReadonlyMap<number, DoorState>;
  /** Doors that stand open now. */
  readonly open?: ReadonlySet<number>;
  /** The one door that matters now; the others step back. */
  readonly highlight?: number | undefined;
  /** The highlighted door is open or waiting for a hand: it pulses, and holds still with reduced motion. */
  readonly pulse?: boolean;
  /** How old the states are when they are not live ("4 min ago"): everything is faded and the age is said. */
  readonly age?: string | undefined;
  readonly onPick?: (door: Door) => void;
  readonly className?: string;
}

const arrows: Readonly<Record<string, Direction>> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

const none: ReadonlySet<number> = new Set();

/** The cabinet as it stands on the pavement, to scale; beside the picture the same doors as a list for keyboard and screen reader. */
export function Cabinet({ label, doors, states, open = none, highlight, pulse = false, age, onPick, className = "" }: CabinetProps) {
  const id = useId();
  const say = useSay(words);
  const [current, move] = useState<number>();
  const [isFocused, focusing] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const { widthMm, heightMm, topMm, bottomMm, frameMm } = extent(doors);
  const ordered = inOrder(doors);
  const at = doors.some((door) => door.number === current) ? current : (highlight ?? ordered[0]?.number);
  const stateOf = (door: Door): DoorState | undefined => (states ? (states.get(door.number) ?? "unknown") : undefined);
  const describe = (door: Door) => {
    const state = stateOf(door);
    return [
      say("door", { number: String(door.number) }),
      say(`size.${door.size as "small"}`),
      say(`row.${rowOf(doors, door)}`),
      say(`height.${heightWord(door)}`),
      ...(state ? [say(`state.${state}`)] : []),
      ...(open.has(door.number) ? [say("door.open")] : []),
    ].join(", ");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = arrows[event.key];
    if (!direction || at === undefined) return;
    event.preventDefault();
    const next = neighbour(doors, at, direction);
    move(next);
    list.current?.querySelector<HTMLElement>(`[data-door="${next}"]`)?.focus();
  };
  const shown = ordered.filter((door) => onPick !== undefined || states !== undefined || door.number === highlight);

  return (
    <figure className={`m-0 grid gap-2 ${className}`} aria-label={label}>
      <svg
        viewBox={`0 0 ${widthMm} ${heightMm}`}
        className="h-auto max-h-[70dvh] w-full"
        aria-hidden
        style={age === undefined ? undefined : { opacity: 0.6, filter: "saturate(0.4)" }}
      >
        <DoorPatterns id={id} />
        <path d={`M0 ${topMm + 6}H${widthMm}`} stroke="var(--line-strong)" strokeWidth="12" strokeLinecap="round" />
        <rect
          x={3}
          y={4}
          width={widthMm - 6}
          height={topMm - bottomMm - 4}
          rx="22"
          fill="var(--steel)"
          stroke="var(--steel-edge)"
          strokeWidth="6"
        />
        {bottomMm > 0 && (
          <path
            d={`M${frameMm * 2} ${topMm - bottomMm}V${topMm}M${widthMm - frameMm * 2} ${topMm - bottomMm}V${topMm}`}
            stroke="var(--steel-edge)"
            strokeWidth="36"
          />
        )}
        {doors.map((door) => (
          <g
            key={door.number}
            onClick={
              onPick &&
              (() => {
                move(door.number);
                onPick(door);
              })
            }
            className={onPick ? "cursor-pointer" : ""}
          >
            <DoorLook
              id={id}
              box={drawn(door, doors, topMm)}
              state={stateOf(door) ?? "free"}
              number={door.number}
              faded={states === undefined && highlight !== undefined && door.number !== highlight}
            />
            {open.has(door.number) && <OpenDoor box={drawn(door, doors, topMm)} number={door.number} />}
          </g>
        ))}
        {doors
          .filter((door) => door.number === highlight)
          .map((door) => (
            <Highlight
              key={door.number}
              number={door.number}
              box={drawn(door, doors, topMm)}
              isPlain={states === undefined}
              pulse={pulse}
            />
          ))}
        {isFocused &&
          doors
            .filter((door) => door.number === at)
            .map((door) => (
              <rect key={door.number} {...drawn(door, doors, topMm)} rx="12" fill="none" stroke="var(--focus)" strokeWidth="16" />
            ))}
      </svg>
      {age !== undefined && <figcaption className="text-small text-ink-soft">{say("cabinet.age", { age })}</figcaption>}
      <ul
        ref={list}
        className="sr-only"
        aria-label={say("cabinet.list")}
        onKeyDown={onPick ? onKeyDown : undefined}
        onFocus={() => focusing(true)}
        onBlur={() => focusing(false)}
      >
        {shown.map((door) => (
          <li key={door.number}>
            {onPick ? (
              <button
                type="button"
                data-door={door.number}
                tabIndex={door.number === at ? 0 : -1}
                onFocus={() => move(door.number)}
                onClick={() => onPick(door)}
              >
                {describe(door)}
              </button>
            ) : (
              describe(door)
            )}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Highlight({ number, box, isPlain, pulse }: { number: number; box: ReturnType<typeof drawn>; isPlain: boolean; pulse: boolean }) {
  const letter = Math.min(120, box.height * 0.6);
  return (
    <g>
      {isPlain && (
        <>
          <rect {...box} rx="12" fill="var(--accent)" />
          <text
            x={box.x + box.width / 2}
            y={box.y + box.height / 2}
            dy="0.36em"
            textAnchor="middle"
            fontSize={letter}
            fontWeight="700"
            fill="var(--on-accent)"
          >
            {number}
          </text>
        </>
      )}
      <rect
        {...box}
        rx="12"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="18"
        className={pulse ? "animate-[door-pulse_1.2s_ease-in-out_infinite]" : ""}
      />
    </g>
  );
}

/** What the looks mean, with how many doors have each; how many stand open. States that no door has are left out unless `all`. */
export function CabinetLegend({
  states,
  open = none,
  all = false,
}: {
  states: ReadonlyMap<number, DoorState>;
  open?: ReadonlySet<number>;
  all?: boolean;
}) {
  const id = useId();
  const say = useSay(words);
  const counts = doorStates.map((state) => ({ state, count: [...states.values()].filter((other) => other === state).length }));
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-2 text-small">
      {counts
        .filter(({ count }) => all || count > 0)
        .map(({ state, count }) => (
          <li key={state} className="flex items-center gap-2">
            <svg viewBox="0 0 150 110" width="30" height="22" aria-hidden>
              <DoorPatterns id={`${id}-${state}`} />
              <DoorLook id={`${id}-${state}`} box={{ x: 0, y: 0, width: 150, height: 110 }} state={state} />
            </svg>
            <span>{say(`state.${state}`)}</span>
            <span className="font-semibold">{count}</span>
          </li>
        ))}
      {open.size > 0 && (
        <li className="flex items-center gap-2">
          <svg viewBox="0 0 150 130" width="30" height="26" aria-hidden>
            <OpenDoor box={{ x: 0, y: 0, width: 150, height: 110 }} />
          </svg>
          <span>{say("door.open")}</span>
          <span className="font-semibold">{open.size}</span>
        </li>
      )}
    </ul>
  );
}
