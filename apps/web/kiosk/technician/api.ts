import { client } from "@pigeonhole/kit/client";
import type { Act, Commissioning, CommissioningApi } from "@pigeonhole/station/commissioning/contract";

/** The cabinet that is being commissioned: same origin, loopback only. */
export const commissioning = client<CommissioningApi>("/api").commissioning;

export type Wizard = Commissioning["wizard"];
export type AtStep<S extends Wizard["step"]> = Extract<Wizard, { step: S }>;

/** What every step of the technician gets. */
export interface StepProps<S extends Wizard["step"]> {
  readonly view: Commissioning;
  readonly wizard: AtStep<S>;
  readonly isPending: boolean;
  readonly act: (act: Act) => void;
}
