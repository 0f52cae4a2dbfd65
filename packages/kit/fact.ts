import { z } from "zod";

/**
 * The definition of a fact: what happened, in the past tense, versioned by its name. `aggregate` names the payload field whose value
 * orders it: facts of one aggregate reach every consumer in order.
 */
export interface Fact<Type extends string = string, Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly type: Type;
  readonly aggregate: keyof Shape & string;
  readonly payload: z.ZodObject<Shape>;
}

export type Payload<F> = F extends Fact<string, infer Shape> ? z.output<z.ZodObject<Shape>> : never;

/** Defines a fact, e.g. `fact("reservations.confirmed", "reservation", { reservation: z.uuid(), station: z.uuid() })`. */
export const fact = <const Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  aggregate: keyof Shape & string,
  shape: Shape,
): Fact<Type, Shape> => ({ type, aggregate, payload: z.object(shape) });
