import pino from "pino";

/** Logs are JSON lines on standard error. They never hold codes, tokens, names, e-mail addresses or phone numbers (I-69). */
export type Log = pino.Logger;

/** Whatever is passed under one of these names is masked, at the top and one level down. */
const secretNames = [
  "code",
  "codes",
  "token",
  "password",
  "secret",
  "key",
  "authorization",
  "cookie",
  "email",
  "phone",
  "name",
  "recipient",
  "qr",
];

export const createLog = (options: {
  readonly level?: string;
  readonly name: string;
  readonly file?: string;
  readonly tail?: (line: string) => void;
}): Log =>
  pino(
    {
      name: options.name,
      level: options.level ?? "info",
      redact: { paths: secretNames.flatMap((name) => (name === "name" ? ["*.name"] : [name, `*.${name}`])), censor: "[secret]" },
      serializers: { err: errorChain },
    },
    told(pino.destination(options.file ? { dest: options.file, mkdir: true, sync: true } : 2), options.tail),
  );

/** Each line goes to `to`, and to whoever follows the log from within. */
const told = (to: pino.DestinationStream, tail: ((line: string) => void) | undefined): pino.DestinationStream =>
  tail
    ? {
        write: (line) => {
          to.write(line);
          tail(line);
        },
      }
    : to;

/** The whole chain of causes, outermost first; a database error also names its constraint. */
function errorChain(error: unknown): unknown {
  const chain: unknown[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 10; at = at.cause) {
    const { code, constraint } = at as { code?: string; constraint?: string };
    chain.push({
      type: at.name,
      message: at.message,
      code,
      constraint,
      stack: at.stack
        ?.split("\n")
        .slice(1, 6)
        .map((line) => line.trim()),
    });
  }
  return chain;
}

export const silentLog: Log = pino({ level: "silent" });
