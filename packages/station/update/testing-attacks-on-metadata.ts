// G-12: what somebody may try who holds a mirror, a line, an online key, or one of two offline keys (I-44, I-45).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { newKey } from "@pigeonhole/releases/keys";
import { model, testImage } from "@pigeonhole/releases/testing";
import { at, forgeTargets, json, put, served, unpublished, versions, type Attack, type Scene } from "./testing-attacks.ts";

export const attacksOnMetadata: readonly Attack[] = [
  { name: "targets that nobody signed", because: "metadata", run: (s) => (forgeTargets(s, () => []), s.ask()) },
  {
    name: "targets signed by keys that are not ours",
    because: "metadata",
    run: (s) => (forgeTargets(s, () => [newKey("targets"), newKey("targets")]), s.ask()),
  },
  {
    name: "targets below the threshold: one key of two",
    because: "metadata",
    run: (s) => (forgeTargets(s, (repo) => repo.of("targets").slice(0, 1)), s.ask()),
  },
  {
    name: "a malicious build signed by one of two keys, and by one of the attacker's own",
    because: "metadata",
    run: (s) => (forgeTargets(s, (repo) => [repo.of("targets")[0]!, newKey("targets")]), s.ask()),
  },
  {
    name: "one signature under two names",
    because: "metadata",
    run: (s) => {
      forgeTargets(s, (repo) => repo.of("targets").slice(0, 1));
      const metadata = json(s.repo, "2.targets.json");
      const other = s.repo.of("targets")[1]!.key.keyID;
      metadata.signatures.push({ ...metadata.signatures[0], keyid: other });
      put(s.repo, "2.targets.json", metadata);
      s.repo.reseal(versions(2), s.repo.of("online"));
      return s.ask();
    },
  },
  {
    name: "targets signed by the root keys",
    because: "metadata",
    run: (s) => (forgeTargets(s, (repo) => repo.of("root")), s.ask()),
  },
  {
    name: "a changed hash under a genuine signature",
    because: "metadata",
    run: (s) => {
      s.publish(s.next);
      const text = readFileSync(s.repo.at("metadata/2.targets.json"), "utf8");
      put(s.repo, "2.targets.json", text.replaceAll(/"sha256":"[0-9a-f]{8}/g, '"sha256":"00000000'));
      s.repo.reseal(versions(2), s.repo.of("online"));
      return s.ask();
    },
  },
  {
    name: "the same target twice in the metadata, the second one forged",
    because: "metadata",
    run: (s) => {
      s.publish(s.next);
      const text = readFileSync(s.repo.at("metadata/2.targets.json"), "utf8");
      const name = `"${model}/2.tar.gz":`;
      const forged = `${name}{"length":1,"hashes":{"sha256":"${"0".repeat(64)}"}}`;
      put(
        s.repo,
        "2.targets.json",
        text.replace(/(\}\}\})(,"_type|\})/, (_, end: string, rest: string) => `${end.slice(0, -1)},${forged}}${rest}`),
      );
      assert.equal(readFileSync(s.repo.at("metadata/2.targets.json"), "utf8").split(name).length, 3);
      s.repo.reseal(versions(2), s.repo.of("online"));
      return s.ask();
    },
  },
  {
    name: "a timestamp by a key that is not ours",
    because: "metadata",
    run: (s) => (s.publish(s.next), s.repo.reseal(versions(2), [newKey("online")]), s.ask()),
  },
  {
    name: "a next root by the attacker alone",
    because: "metadata",
    run: async (s) => {
      const { signed } = json(s.repo, "1.root.json");
      s.repo.forge("2.root.json", "root", { ...signed, version: 2 }, [newKey("root"), newKey("root")]);
      return s.ask();
    },
  },
  {
    name: "a next root by one of two root keys, naming the attacker's keys",
    because: "metadata",
    run: async (s) => {
      const mine = [newKey("root"), newKey("root")];
      const { signed } = json(s.repo, "1.root.json");
      const keys = { ...signed.keys, ...Object.fromEntries(mine.map(({ key }) => [key.keyID, key.toJSON()])) };
      const theirs = { keyids: mine.map(({ key }) => key.keyID), threshold: 2 };
      s.repo.forge("2.root.json", "root", { ...signed, version: 2, keys, roles: { ...signed.roles, root: theirs } }, [
        ...mine,
        s.repo.of("root")[0]!,
      ]);
      return s.ask();
    },
  },
  {
    name: "a next root that skips a version",
    because: "metadata",
    run: (s) => {
      const { signed } = json(s.repo, "1.root.json");
      s.repo.forge("2.root.json", "root", { ...signed, version: 3 }, s.repo.of("root"));
      return s.ask();
    },
  },
  ...(["timestamp", "snapshot"] as const).map((kind) => ({
    name: `an expired ${kind}`,
    because: "metadata" as const,
    run: (s: Scene) => {
      s.publish(s.next);
      s.repo.reseal(versions(2), s.repo.of("online"), { expires: "2026-02-01T00:00:00Z" });
      if (kind === "snapshot") {
        const { signed } = json(s.repo, "timestamp.json");
        s.repo.forge("timestamp.json", "timestamp", { ...signed, expires: "2027-01-01T00:00:00Z" }, s.repo.of("online"));
      }
      return s.ask();
    },
  })),
  {
    name: "expired targets under a fresh snapshot, by somebody with the online key",
    because: "metadata",
    run: (s) => {
      s.publish(s.next);
      s.repo.reseal(versions(2), s.repo.of("online"), { expires: "2036-01-01T00:00:00Z" });
      return s.ask(2, { now: at("2028-06-01") });
    },
  },
  {
    name: "an expired root",
    because: "metadata",
    run: (s) => {
      s.publish(s.next);
      return s.ask(2, { now: at("2040-01-01") });
    },
  },
  {
    name: "rollback of the timestamp to one that was genuine last week",
    because: "metadata",
    run: async (s) => {
      const old = readFileSync(s.repo.at("metadata/timestamp.json"));
      s.publish(s.next);
      await s.ask(unpublished).catch(() => {});
      put(s.repo, "timestamp.json", old.toString());
      return s.ask();
    },
  },
  {
    name: "rollback of the snapshot, by somebody with the online key",
    because: "metadata",
    run: async (s) => {
      s.publish(s.next);
      await s.ask(unpublished).catch(() => {});
      const { signed } = json(s.repo, "timestamp.json");
      const older = { ...signed, version: 9, meta: { "snapshot.json": { version: 1 } } };
      s.repo.forge("timestamp.json", "timestamp", older, s.repo.of("online"));
      return s.ask();
    },
  },
  {
    name: "rollback of the targets, by somebody with the online key",
    because: "metadata",
    run: async (s) => {
      s.publish(s.next);
      await s.ask(unpublished).catch(() => {});
      s.repo.reseal({ targets: 1, snapshot: 3, timestamp: 3 }, s.repo.of("online"));
      return s.ask();
    },
  },
  {
    name: "freeze: a mirror that serves last month for ever",
    because: "metadata",
    run: async (s) => {
      s.publish(s.next);
      return s.ask(2, { now: at("2026-03-20") });
    },
  },
  {
    name: "mix-and-match: the targets of one release under the snapshot of another",
    because: "metadata",
    run: (s) => {
      s.publish(s.next);
      put(s.repo, "2.targets.json", readFileSync(s.repo.at("metadata/1.targets.json"), "utf8"));
      return s.ask();
    },
  },
  {
    name: "mixing: the image of one release under the name of another",
    because: "hash",
    run: async (s) => {
      const other = await testImage(1);
      return served(() => other.archive)(s);
    },
  },
];
