/** One object store of this phone's IndexedDB: what is in it outlives the page, the browser and a flat battery. */
const database = "ph-courier";
const store = "unsent";

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB refused")));
  });

let opened: Promise<IDBDatabase> | undefined;
function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(database, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(store, { keyPath: "id" }));
  return done(request);
}
async function within<T>(mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await (opened ??= open())).transaction(store, mode, { durability: "strict" });
  const result = await done(work(transaction.objectStore(store)));
  if (mode === "readwrite")
    await new Promise<void>((resolve, reject) => {
      transaction.addEventListener("complete", () => resolve());
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("IndexedDB gave up")));
    });
  return result;
}

export const all = (): Promise<unknown[]> => within("readonly", (rows) => rows.getAll());
/** Resolves when it is on the disk. */
export const put = async (row: { readonly id: string }): Promise<void> => void (await within("readwrite", (rows) => rows.put(row)));
export const remove = async (id: string): Promise<void> => void (await within("readwrite", (rows) => rows.delete(id)));
