import { admins, everybody, operators, supporters, type Rows } from "./row.ts";

export const identityRows: Rows = {
  "identity.requestCode": { all: everybody, body: () => ({ email: "somebody@example.org" }) },
  "identity.signIn": { all: everybody, body: () => ({ kind: "customer", email: "somebody@example.org", code: "000000" }) },
  "identity.session": { all: everybody },
  "identity.signOut": { all: everybody, isLast: true },
  "identity.createTenant": { all: admins, body: (of) => ({ kind: "shop", slug: `more-${of.courier.id.slice(-8)}`, name: "More" }) },
  "identity.listTenants": { all: operators },
  "identity.createKey": { all: admins, id: (of) => of.shop.id, body: () => ({ name: "mine", scopes: ["parcels"] }) },
  "identity.revokeKey": { all: admins, id: (of) => of.shop.keyId },
  "identity.createCourier": { all: ["carrier"], body: () => ({ username: "one-more", name: "One More", password: "long enough a word" }) },
  "identity.listCouriers": { all: ["carrier"] },
  "identity.getCourier": { modules: "any", id: (of) => of.courier.id },
  "identity.actorNames": { all: supporters, body: (of) => ({ actors: [`courier:${of.courier.id}`] }) },
  "identity.findCouriers": { all: supporters, query: "q=a" },
  "identity.person": { modules: ["privacy"] },
};
