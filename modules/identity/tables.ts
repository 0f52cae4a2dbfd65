import type { Generated } from "kysely";
import type { Role, Scope } from "./contract.ts";

export interface Tables {
  "identity.tenant": { id: string; kind: "shop" | "carrier"; slug: string; name: string; created_at: Date };
  "identity.customer": {
    id: string;
    subject: string | null;
    email_hash: string | null;
    sealed_email: string;
    language: string;
    created_at: Date;
  };
  "identity.operator": { id: string; email_hash: string; sealed_email: string; password_hash: string; role: Role; created_at: Date };
  "identity.courier": { id: string; tenant: string; username: string; sealed_name: string; password_hash: string; created_at: Date };
  "identity.api_key": {
    id: string;
    tenant: string;
    name: string;
    prefix: string;
    secret_hash: string;
    scopes: Scope[];
    created_at: Date;
    revoked_at: Date | null;
  };
  "identity.session": {
    id: string;
    token_hash: string;
    customer: string | null;
    courier: string | null;
    operator: string | null;
    created_at: Date;
    expires_at: Date;
  };
  "identity.sign_in_code": {
    id: string;
    email_hash: string;
    client: string;
    sealed: string;
    language: string;
    tries: Generated<number>;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
  "identity.second_factor": { operator: string; sealed: string; begun_at: Date; confirmed_at: Date | null; last_step: number };
  "identity.recovery_code": { operator: string; hash: string; used_at: Date | null };
  "identity.attempt": { subject: string; tries: number; last_at: Date; next_at: Date };
}
