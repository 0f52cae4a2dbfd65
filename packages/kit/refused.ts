/** The world is fine and the answer is no. Everything else that is thrown is a bug or an outage. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;
  /** Extension members of the problem document (RFC 9457 §3.2): what to do instead, when to try again. JSON values only, no secrets. */
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
