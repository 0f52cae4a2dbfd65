// npm run bench -- <name>: measures one thing and prints one JSON line with its figures last.
const benches: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<object>>>> = {
  claims: async () => (await import("./claims.ts")).claims,
  forgery: async () => (await import("./forgery.ts")).forgery,
  stations: async () => (await import("./stations/stations.ts")).stations,
  updates: async () => (await import("./updates.ts")).updates,
  door: async () => (await import("./door.ts")).door,
  lifecycle: async () => (await import("./lifecycle.ts")).lifecycle,
  sagas: async () => (await import("./sagas.ts")).sagas,
  offline: async () => (await import("./offline.ts")).offline,
  "access-list": async () => (await import("./access-list.ts")).accessList,
  secrets: async () => (await import("./secrets.ts")).secrets,
  walk: async () => (await import("./walk.ts")).walk,
  rotation: async () => (await import("./rotation.ts")).rotation,
};

const [name = "", ...args] = process.argv.slice(2);
const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (load === undefined) {
  console.error(`Which one? npm run bench -- ${Object.keys(benches).join(" | ")}`);
  process.exitCode = 2;
} else {
  const figures = await (await load())(args);
  console.log(JSON.stringify({ bench: name, ...figures }));
}
