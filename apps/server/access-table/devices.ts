import { nobodys, admins, everybody, operators, supporters, type Rows } from "./row.ts";

export const deviceRows: Rows = {
  "devices.createToken": { all: admins },
  // The token in the body is the right: whoever has it is the cabinet.
  "devices.enrol": { all: [], body: () => ({ token: "phe_nobody-ever-got-this-token", csr: "none", codeKey: "A".repeat(43) }) },
  "devices.get": { all: operators, modules: "any" },
  "devices.list": { all: operators, modules: "any" },
  "devices.events": { all: operators, modules: "any" },
  "devices.revoke": { all: admins, body: () => ({ reason: "Stolen" }) },
  // The station's signature is what counts.
  "devices.receive": { all: ["customer", "courier", "shop", "carrier", ...operators], body: () => ({ pages: ["PHR1nothing"] }) },
  "devices.authority": { all: everybody },
  "devices.certificates": { all: everybody },
  "devices.revocations": { all: everybody },
  "devices.certifyReceipts": { modules: ["custody"], body: () => ({ publicKey: "A".repeat(43) }) },
  "devices.send": {
    modules: "any",
    body: (of) => ({
      id: nobodys,
      action: "open",
      compartment: 1,
      parcel: of.parcel,
      purpose: "dropoff",
      actor: "module:test",
      expected: { parcel: null },
    }),
  },
  "devices.lackingKeys": { modules: "any" },
  "devices.telemetry": {
    all: operators,
    modules: "any",
    query: "metric=temperatureC&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z",
  },
  "devices.outages": { all: everybody },
  "devices.telemetryRefused": { all: operators, modules: "any" },
  "devices.diagnose": { all: supporters, body: () => ({ reason: "Curious" }) },
  "devices.diagnosis": { all: supporters },
  "devices.endDiagnosis": { all: supporters },
};
