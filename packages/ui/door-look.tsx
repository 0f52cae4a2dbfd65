import type { DoorState } from "./cabinet-geometry.ts";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const solid: Partial<Record<DoorState, string>> = { occupied: "var(--door-occupied)", return_pending: "var(--door-return)" };
const numberColour: Partial<Record<DoorState, string>> = { occupied: "var(--on-door-occupied)", return_pending: "var(--on-door-return)" };

/** The patterns that doors refer to by `${id}-…`; one set per drawing, in the drawing's own millimetres. */
export const DoorPatterns = ({ id }: { id: string }) => (
  <defs>
    <pattern id={`${id}-held`} width="44" height="44" patternUnits="userSpaceOnUse">
      <circle cx="11" cy="11" r="6.5" fill="var(--door-held)" />
      <circle cx="33" cy="33" r="6.5" fill="var(--door-held)" />
    </pattern>
    <pattern id={`${id}-reserved`} width="34" height="34" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="11" height="34" fill="var(--door-reserved)" />
    </pattern>
  </defs>
);

/** One door in one state: colour, pattern and mark together, the same in every app. */
export function DoorLook({
  id,
  box,
  state,
  number,
  faded = false,
}: {
  id: string;
  box: Box;
  state: DoorState;
  number?: number;
  faded?: boolean;
}) {
  const { x, y, width, height } = box;
  const inset = 7;
  const inner = { x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset, rx: 10 };
  const corner = Math.min(90, inner.height * 0.5);
  const right = inner.x + inner.width;
  const isPatterned = state === "held" || state === "reserved" || state === "maintenance";
  const label = number === undefined ? "" : String(number);
  const letter = Math.min(92, height * 0.5);
  const plate = { width: letter * (0.62 * label.length + 0.7), height: letter * 1.25 };
  return (
    <g opacity={state === "unknown" || faded ? 0.5 : 1}>
      <rect
        {...inner}
        fill={solid[state] ?? "var(--door)"}
        stroke={state === "maintenance" || state === "quarantined" ? "var(--door-maintenance)" : "var(--door-line)"}
        strokeWidth={state === "free" ? 7 : 5}
        strokeDasharray={state === "unknown" ? "22 16" : undefined}
      />
      {state === "held" && <rect {...inner} fill={`url(#${id}-held)`} />}
      {state === "reserved" && <rect {...inner} fill={`url(#${id}-reserved)`} />}
      {state === "maintenance" && (
        <path
          d={`M${inner.x + 10} ${inner.y + 10}L${right - 10} ${inner.y + inner.height - 10}M${right - 10} ${inner.y + 10}L${inner.x + 10} ${inner.y + inner.height - 10}`}
          stroke="var(--door-maintenance)"
          strokeWidth="12"
          strokeLinecap="round"
        />
      )}
      {state === "quarantined" && (
        <circle
          cx={inner.x + corner * 0.42}
          cy={inner.y + corner * 0.42}
          r={corner * 0.22}
          fill="none"
          stroke="var(--door-maintenance)"
          strokeWidth="12"
        />
      )}
      {state === "return_pending" && <path d={`M${right - corner} ${inner.y}H${right}V${inner.y + corner}Z`} fill="var(--door)" />}
      {label !== "" && (
        <>
          {isPatterned && (
            <rect
              x={x + width / 2 - plate.width / 2}
              y={y + height / 2 - plate.height / 2}
              width={plate.width}
              height={plate.height}
              rx="14"
              fill="var(--door)"
            />
          )}
          <text
            x={x + width / 2}
            y={y + height / 2}
            dy="0.36em"
            textAnchor="middle"
            fontSize={letter}
            fontWeight="600"
            fill={numberColour[state] ?? "var(--door-ink)"}
          >
            {label}
          </text>
        </>
      )}
    </g>
  );
}

/** A door that stands open, over its look: the leaf swung out at its hinges on the left, the dark of the compartment behind it. */
export function OpenDoor({ box: { x, y, width, height }, number }: { box: Box; number?: number }) {
  const leaf = Math.min(width * 0.32, 110);
  const lift = Math.min(height * 0.14, 34);
  return (
    <g>
      <rect x={x + 7} y={y + 7} width={width - 14} height={height - 14} rx="10" fill="var(--door-inside)" />
      <path
        d={`M${x + 7} ${y + 7}L${x + 7 + leaf} ${y + 7 + lift}V${y + height - 7 + lift}L${x + 7} ${y + height - 7}Z`}
        fill="var(--accent)"
        stroke="var(--surface)"
        strokeWidth="6"
        strokeLinejoin="round"
      />
      {number !== undefined && (
        <text
          x={x + leaf + (width - leaf) / 2}
          y={y + height / 2}
          dy="0.36em"
          textAnchor="middle"
          fontSize={Math.min(92, height * 0.5)}
          fontWeight="600"
          fill="var(--on-door-inside)"
        >
          {number}
        </text>
      )}
    </g>
  );
}
