import type { ColumnType, Generated } from "kysely";

export interface Tables {
  "custody.parcel": {
    id: string;
    number: string;
    owner: string;
    carrier: string | null;
    /** Of what a customer has put in: who that is, as `actorText` writes it. */
    customer: Generated<string | null>;
  };
  "custody.evidence": {
    digest: string;
    station: string;
    epoch: number;
    seq: number;
    sig: string;
    body: string;
    certificate: string;
  };
  "custody.hand_over": {
    parcel: string;
    number: number;
    before: number | null;
    giver: string | null;
    taker: string;
    actor: string | null;
    evidence: string | null;
    at: Date;
    digest: string;
    previous: string;
    sig: string;
    body: string;
  };
  "custody.early": { id: Generated<number>; parcel: string; news: ColumnType<unknown, string, never> };
  "custody.contradiction": { parcel: string; station: string; epoch: number; seq: number; what: string; at: Date };
  "custody.signer": { public_key: string; certificate: string; authority: string; issued_at: Date };
}
