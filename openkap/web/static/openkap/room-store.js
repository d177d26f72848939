// What this tablet keeps while the server cannot be reached: entries that wait, and nothing else. Each is sealed
// with a key that no script can read out. All of it is forgotten at sign-out and when the visit has ended.
"use strict";

(() => {
  const NAME = "openkap-room";
  const usable = Boolean(globalThis.indexedDB && globalThis.crypto && crypto.subtle);
  let opened = null;

  function asked(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  function open() {
    opened = opened || new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("waiting", { keyPath: "n", autoIncrement: true });
        request.result.createObjectStore("kept");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opened = null; };
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  async function on(name, mode, act) {
    const db = await open();
    return asked(act(db.transaction(name, mode).objectStore(name)));
  }

  async function key() {
    const there = await on("kept", "readonly", (kept) => kept.get("key"));
    if (there) return there;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await on("kept", "readwrite", (kept) => kept.add(made, "key")).catch(() => null);  // another tab was first
    return on("kept", "readonly", (kept) => kept.get("key"));
  }

  async function seal(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(value));
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), text) };
  }

  async function unseal({ iv, sealed }) {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), sealed);
    return JSON.parse(new TextDecoder().decode(text));
  }

  globalThis.openkapStore = {
    usable,

    /** Keep one entry behind those that wait already; its number. */
    async add(entry) {
      const box = await seal(entry);
      return on("waiting", "readwrite", (waiting) => waiting.add(box));
    },

    /** Everything that waits, in the order it was written: {n, ...entry}. */
    async all() {
      if (!usable) return [];
      const boxes = await on("waiting", "readonly", (waiting) => waiting.getAll());
      return Promise.all(boxes.map(async (box) => ({ ...(await unseal(box)), n: box.n })));
    },

    async change(n, entry) {
      const box = await seal(entry);
      return on("waiting", "readwrite", (waiting) => waiting.put({ ...box, n }));
    },

    remove(n) {
      return on("waiting", "readwrite", (waiting) => waiting.delete(n));
    },

    /** Who uses this tablet, in which room, and how far its clock is from the server's. */
    async remember(about) {
      const box = await seal(about);
      return on("kept", "readwrite", (kept) => kept.put(box, "about"));
    },

    async about() {
      const box = await on("kept", "readonly", (kept) => kept.get("about"));
      return box ? unseal(box) : null;
    },

    /** Forget all of it, the key too. */
    async forget() {
      if (!usable) return;
      if (opened) (await opened).close();
      opened = null;
      await asked(indexedDB.deleteDatabase(NAME)).catch(() => null);
    },
  };
})();
