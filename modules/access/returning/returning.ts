import { router } from "@pigeonhole/kit/http";
import { Refused } from "@pigeonhole/kit/refused";
import { writeQr } from "@pigeonhole/protocol/qr";
import { carriedOf } from "../carrying.ts";
import * as domain from "../domain.ts";
import { codePlace } from "../minting.ts";
import type { Access } from "../needs.ts";
import * as codes from "../queries/codes.ts";
import * as grants from "../queries/grants.ts";
import * as contract from "./contract.ts";

/** These alone may see a drop-off code: the one to show it to its customer, the other to send it to them. */
const callers = ["returns", "notifications"];

/** The code by which a customer puts something in that goes back, or on to somebody else. */
export function returning(needs: Access) {
  const { db, who, now, seal, keyring, log } = needs;
  const routes = contract.mount(router(contract.refusals, log), {
    dropOff: async (c) => {
      const { name } = await who(c, "module");
      if (!callers.includes(name)) throw new Refused("not_allowed", `Only ${callers.join(" and ")} may ask this.`);
      const grant = await grants.ofParcel(db, c.req.valid("param").id, "return");
      if (!grant) throw new Refused("not_found", "Nothing is to be put in under this id.");
      if (!domain.isLive(grant, now())) throw new Refused("over", "Nothing can be put in with this code any more.");
      const code = await codes.live(db, grant.id);
      if (!code) throw new Refused("not_ready", "The station has to enrol before it has a code.");
      const { id, station, compartment, generation } = grant;
      const expiresAt = grant.expires_at!;
      c.header("cache-control", "no-store");
      return c.json(
        {
          station,
          compartment,
          code: seal.open(codePlace(id, code.generation), code.sealed),
          qr: writeQr({ station, grant: id, generation, compartment, expiresAt }, await keyring.present()),
          carried: await carriedOf(needs, grant),
          generation,
          expiresAt: expiresAt.toISOString(),
        },
        200,
      );
    },
  });
  return { routes };
}
