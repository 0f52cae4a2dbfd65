/** Why a release is not taken, machine-readable; what follows it is for people. */
export type RefusedBecause =
  | "metadata"
  | "not_in_repository"
  | "wrong_model"
  | "below_floor"
  | "needs_other_node"
  | "too_large"
  | "hash"
  | "archive"
  | "disk_full";

/** The release is not what it should be, or not for this station. Nothing was changed. */
export class RefusedImage extends Error {
  override readonly name = "RefusedImage";
  readonly because: RefusedBecause;
  constructor(because: RefusedBecause, message: string, options?: ErrorOptions) {
    super(message, options);
    this.because = because;
  }
}
