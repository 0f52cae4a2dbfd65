// A disk in memory that forgets, at a power cut, what was not synced: bytes of a file by any part, names of a folder from some point on.
import path from "node:path";
import type { Disk } from "./disk.ts";

interface Node {
  bytes: Buffer;
  durable: Buffer;
}
export class PowerCut extends Error {
  override readonly name = "PowerCut";
}
type Names = Map<string, Node | "folder">;
/** One change of the names in a folder. */
type Change = { readonly folder: string; readonly apply: (names: Names) => void };

/** Every operation but the writing of bytes costs so many, so that cuts fall onto each of them. */
const operationBytes = 256;

export class SimulatedDisk implements Disk {
  private names: Names = new Map();
  private durableNames: Names = new Map();
  private changes: Change[] = [];
  /** The power goes after so many bytes more. */
  budget = Number.POSITIVE_INFINITY;
  spent = 0;
  /** So many bytes fit. */
  capacity = Number.POSITIVE_INFINITY;

  private pay(bytes: number): number {
    if (this.budget <= 0) throw new PowerCut("no power");
    const paid = Math.min(bytes, this.budget);
    this.budget -= bytes;
    this.spent += bytes;
    return paid;
  }
  private step(): void {
    if (this.pay(operationBytes) < operationBytes) throw new PowerCut("the power was cut");
  }
  private change(at: string, apply: (names: Names) => void): void {
    apply(this.names);
    this.changes.push({ folder: path.dirname(at), apply });
  }
  private node(file: string): Node | undefined {
    const found = this.names.get(file);
    return found === "folder" ? undefined : found;
  }
  private below(at: string): string[] {
    return [...this.names.keys()].filter((name) => name === at || name.startsWith(`${at}/`));
  }

  read(file: string): Buffer | undefined {
    const node = this.node(file);
    return node && Buffer.from(node.bytes);
  }
  size(file: string): number | undefined {
    return this.node(file)?.bytes.length;
  }
  list(folder: string): readonly string[] {
    return [...this.names.keys()].filter((name) => path.dirname(name) === folder).map((name) => path.basename(name));
  }
  isFolder(at: string): boolean {
    return this.names.get(at) === "folder";
  }
  write(file: string, bytes: Uint8Array): void {
    this.step();
    const node = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) };
    this.change(file, (names) => names.set(file, node));
    if (bytes.length > 0) this.append(file, bytes);
  }
  append(file: string, bytes: Uint8Array): void {
    const used = [...this.names.values()].reduce((sum, node) => sum + (node === "folder" ? 0 : node.bytes.length), 0);
    if (used + bytes.length > this.capacity) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const paid = this.pay(bytes.length);
    const node = this.node(file)!;
    node.bytes = Buffer.concat([node.bytes, bytes.subarray(0, paid)]);
    if (paid < bytes.length) throw new PowerCut("the power was cut");
  }
  makeFolder(folder: string): void {
    if (this.names.has(folder) || folder === "/" || folder === ".") return;
    this.makeFolder(path.dirname(folder));
    this.step();
    this.change(folder, (names) => names.set(folder, "folder"));
  }
  rename(from: string, to: string): void {
    this.step();
    for (const name of this.below(from)) {
      const node = this.names.get(name)!;
      this.change(to, (names) => {
        names.set(to + name.slice(from.length), node);
        names.delete(name);
      });
    }
  }
  remove(at: string): void {
    for (const name of this.below(at).toReversed()) {
      this.step();
      this.change(name, (names) => names.delete(name));
    }
  }
  sync(file: string): void {
    this.step();
    const node = this.node(file);
    if (node) node.durable = node.bytes;
  }
  syncFolder(folder: string): void {
    this.step();
    const kept: Change[] = [];
    for (const change of this.changes)
      if (change.folder === folder) change.apply(this.durableNames);
      else kept.push(change);
    this.changes = kept;
  }

  /** The power comes back. `chance` says, in [0, 1), how much of what was not synced survived: each file and each folder by itself. */
  powerCycle(chance: () => number): void {
    const folders = new Set(this.changes.map(({ folder }) => folder));
    for (const folder of folders) {
      const pending = this.changes.filter((change) => change.folder === folder);
      for (const { apply } of pending.slice(0, Math.floor(chance() * (pending.length + 1)))) apply(this.durableNames);
    }
    // A file whose folder was lost cannot be found any more.
    for (const name of this.durableNames.keys()) {
      const folder = path.dirname(name);
      if (folder !== "/" && folder !== "." && !this.durableNames.has(folder)) this.durableNames.delete(name);
    }
    for (const node of this.durableNames.values()) {
      if (node === "folder" || node.bytes === node.durable) continue;
      const extra = node.bytes.subarray(0, Math.floor(chance() * (node.bytes.length + 1)));
      node.bytes = Buffer.from(extra.length > node.durable.length ? extra : node.durable);
      node.durable = node.bytes;
    }
    this.names = new Map(this.durableNames);
    this.changes = [];
    this.budget = Number.POSITIVE_INFINITY;
  }
}
