/** SQLSTATEs after which the same statement may well succeed: rolled back for another's sake, or no server there just now. */
const passing = /^(40001|40P01|08\w{3}|53\w{3}|57P0[1-3])$|^E(CONNREFUSED|CONNRESET|PIPE)$/;
const withoutCode = /^(timeout exceeded when trying to connect|Connection terminated)/;

/** Whether an error is the database's and goes by itself: a deadlock, a serialization failure, a server that starts anew or has no session left. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  (("code" in error && typeof error.code === "string" && passing.test(error.code)) ||
    withoutCode.test(error.message) ||
    isPassing(error.cause));
