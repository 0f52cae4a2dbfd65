/** Whether an error is about how a command was typed (`parseArgs` of node:util): then the way to type it helps, and a stack does not. */
export const isSlip = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
