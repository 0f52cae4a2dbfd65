import { admins, everybody, operators, type Rows } from "./row.ts";

export const networkRows: Rows = {
  "network.list": { all: everybody },
  "network.get": { all: everybody },
  "network.acceptance": { all: operators },
  "network.acceptancesNeeded": { all: operators },
  "network.create": { all: admins, body: () => ({ name: "New", lat: 1, lon: 2 }) },
  "network.change": { all: admins, body: () => ({ name: "Central" }) },
  "network.setCompartment": { all: admins, body: () => ({ state: "maintenance", reason: "Looked at" }) },
  "network.move": { all: admins, body: () => ({ to: "suspended", reason: "Looked at", cause: "operator" }) },
  "network.suspend": { modules: "any", body: () => ({ cause: "tamper", reason: "Opened" }) },
};
