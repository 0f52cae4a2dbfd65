import { z } from "zod";

/** One setting: its schema, what it is for, and whether its value is a secret. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly about: string;
  readonly secret?: true;
}
export type Settings = Readonly<Record<string, Setting>>;
export type Config<S extends Settings> = { readonly [K in keyof S]: z.output<S[K]["schema"]> };

/** Reads settings from environment variables. Every fault is told at once, each with the setting's name and what it is for. */
export function readConfig<const S extends Settings>(settings: S, env: Readonly<Record<string, string | undefined>>): Config<S> {
  const faults: string[] = [];
  const values = Object.entries(settings).map(([name, { schema, about }]) => {
    const given = env[name] === "" ? undefined : env[name];
    const parsed = schema.safeParse(given);
    if (parsed.success) return [name, parsed.data];
    const why = given === undefined ? "is missing" : `is not valid: ${parsed.error.issues.map((issue) => issue.message).join("; ")}`;
    faults.push(`${name} ${why} (${about})`);
    return [name, undefined];
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.fromEntries(values) as Config<S>;
}

/** A mistake of the person who starts the process: printed as sentences, without a stack. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(faults: readonly string[]) {
    super(`the configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}

/** Every setting with its value, secrets masked, as lines to print. */
export const describeConfig = <S extends Settings>(settings: S, config: Config<S>): readonly string[] =>
  Object.entries(settings).map(([name, { about, secret }]) => {
    const value = config[name as keyof S];
    const shown = value === undefined ? "(not set)" : secret ? "••••••" : String(value).replace(/(:\/\/[^:/@]+):[^@]+@/, "$1:••••••@");
    return `${name}=${shown}\n    ${about}`;
  });

/** Schemas of common kinds of setting. */
export const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
export const flag = z
  .enum(["0", "1"], { error: "must be 0 or 1" })
  .default("0")
  .transform((text) => text === "1");
/** 32 bytes as 64 hexadecimal digits. */
export const key256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "must be 64 hexadecimal digits (32 bytes)" });
