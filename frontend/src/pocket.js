// A small keeping place on the phone (IndexedDB): drafts and pictures that could not be sent yet.
const NAME = "bihuan";
const STORE = "drafts";

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const request = work(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

export const take = (key) => run("readonly", (store) => store.get(key));
export const keep = (key, value) => run("readwrite", (store) => store.put(value, key));
export const drop = (key) => run("readwrite", (store) => store.delete(key));
export const dropAll = () => run("readwrite", (store) => store.clear());
