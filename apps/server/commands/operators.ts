import { createInterface } from "node:readline/promises";
import { roles, type Role } from "@pigeonhole/identity/contract";
import { createOperator, emailHashOf, minOperatorPassword } from "@pigeonhole/identity/operators";
import { findOperator } from "@pigeonhole/identity/queries/sign-in";
import { resetSecondFactor } from "@pigeonhole/identity/second-factor/checking";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { systemRandom } from "@pigeonhole/kit/random";
import { defineCommand } from "citty";
import { sealOf } from "../seal.ts";
import { findInstallation } from "../installation.ts";
import { upgrade } from "../modules.ts";

const create = defineCommand({
  meta: { name: "create", description: "makes an operator; nobody can do that over the network" },
  args: {
    email: { type: "positional", required: true, description: "the address to sign in with" },
    role: {
      type: "enum",
      options: [...roles],
      default: "admin",
      description: "viewer looks, support also resends codes and inspects, admin does all",
    },
    "password-stdin": {
      type: "boolean",
      default: false,
      description: `reads the password, at least ${minOperatorPassword} characters, from the first line of the input; else one is made and shown`,
    },
  },
  run: async ({ args }) => {
    const password = args["password-stdin"] ? await firstLine() : systemRandom.bytes(15).toString("base64url");
    await using installation = await findInstallation();
    const config = installation.config();
    await upgrade(installation.databaseUrl);
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      const needs = { now: systemNow, newId: systemNewId, seal: sealOf(config), random: systemRandom };
      await createOperator(db as never, { email: args.email, password, role: args.role as Role }, needs);
    } finally {
      await db.destroy();
    }
    console.log(`${args.email} may sign in at ${config.PUBLIC_URL}/operations/ as ${args.role}`);
    if (!args["password-stdin"]) console.log(`password: ${password}   (shown this once)`);
  },
});

const resetFactor = defineCommand({
  meta: {
    name: "reset-second-factor",
    description: "takes an operator's second factor off, for when nobody else can; their sessions end, and the audit trail says so",
  },
  args: {
    email: { type: "positional", required: true, description: "the address they sign in with" },
    reason: { type: "string", required: true, valueHint: "TEXT", description: "why; kept in the audit trail" },
  },
  run: async ({ args }) => {
    if (args.reason.trim().length < 3) throw new Error("--reason says in a few words why");
    await using installation = await findInstallation();
    const config = installation.config();
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      const operator = await findOperator(viewAs(db), emailHashOf(sealOf(config), args.email.trim().toLowerCase()));
      if (!operator) throw new Error(`${args.email} is no operator`);
      const wish = { operator: operator.id, actor: "module:cli", reason: args.reason, at: systemNow() };
      const isReset = await resetSecondFactor(viewAs(db), wish);
      console.log(isReset ? `${args.email} has no second factor any more, and is signed out everywhere` : `${args.email} had none`);
    } finally {
      await db.destroy();
    }
  },
});

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new Error("no password came in");
}

export const operators = defineCommand({
  meta: { name: "operators", description: "people who run the network" },
  subCommands: { create, "reset-second-factor": resetFactor },
});
