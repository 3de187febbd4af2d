// Fetches clips and decodes them. Bytes come before the first click; decoding waits for the context, because only
// its own sample rate spares the clip a second resampling. A page that is shown again finds its clips still here.

import { retrying } from "./retry.js";

export class SoundError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

class Recording {
  #url;
  #bytes = null;
  #buffer = null;
  loaded = 0;
  total = 0;

  constructor(url) {
    this.#url = url;
  }

  bytes(onProgress) {
    this.#bytes ??= this.#fetch(onProgress).catch((error) => {
      this.#bytes = null;
      throw error;
    });
    return this.#bytes;
  }

  buffer(context) {
    this.#buffer ??= this.#decode(context).catch((error) => {
      this.#buffer = null;
      throw error;
    });
    return this.#buffer;
  }

  async #fetch(onProgress) {
    const response = await retrying(() => fetch(this.#url, { credentials: "same-origin" }), 4);
    if (!response.ok) throw new SoundError(response.status < 500 ? "gone" : "no-sound", `${response.status}`);
    this.total = Number(response.headers.get("Content-Length")) || 0;
    return this.#drain(response.body.getReader(), onProgress);
  }

  async #drain(reader, onProgress) {
    const chunks = [];
    this.loaded = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      this.loaded += part.value.length;
      onProgress?.();
    }
    this.total = this.loaded;
    onProgress?.();
    return new Blob(chunks).arrayBuffer();
  }

  async #decode(context) {
    const bytes = await this.bytes();
    this.#bytes = null;   // decoding takes the bytes away
    try {
      return await context.decodeAudioData(bytes);
    } catch (error) {
      throw new SoundError("bad-sound", String(error));
    }
  }
}

export class Library {
  #recordings = new Map();

  // Fetches these clips and lets go of all others. Resolves when every byte is here; `onProgress` gets 0 to 1.
  async load(urls, onProgress) {
    this.#recordings = new Map(urls.map((url) => [url, this.#recordings.get(url) ?? new Recording(url)]));
    const tell = () => onProgress(this.#share());
    try {
      await Promise.all([...this.#recordings.values()].map((recording) => recording.bytes(tell)));
    } catch (error) {
      throw error instanceof SoundError ? error : new SoundError("no-sound", String(error));
    }
  }

  // All of them decoded, in the order of `urls`.
  async decode(urls, context) {
    try {
      return await Promise.all(urls.map((url) => this.#recordings.get(url).buffer(context)));
    } catch (error) {
      throw error instanceof SoundError ? error : new SoundError("no-sound", String(error));
    }
  }

  #share() {
    const all = [...this.#recordings.values()];
    return all.reduce((sum, one) => sum + (one.total ? one.loaded / one.total : 0), 0) / all.length;
  }
}
