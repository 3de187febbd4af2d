// Fetches clips and decodes them. Bytes come before the first click; decoding waits for the context, because only
// its own sample rate spares the clip a second resampling. A page that is shown again finds its clips still here.

import { retrying } from "./retry.js";

// How much decoded sound may be held (bytes): a small device would throw the whole page away for more.
const BUDGET = { small: 48e6, large: 400e6 };
const CHANNELS = 2;
const BYTES = 4;   // decoded samples are single-precision floats

export class SoundError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function isSmall() {
  return (navigator.deviceMemory ?? 8) <= 4 || matchMedia("(pointer: coarse)").matches;
}

// Whether so many clips of `duration` seconds may all lie here decoded.
export function fits(count, duration, context, budget = BUDGET[isSmall() ? "small" : "large"]) {
  return count * duration * context.sampleRate * CHANNELS * BYTES <= budget;
}

class Recording {
  #source;
  #bytes = null;
  #buffer = null;
  #rate = 0;
  loaded = 0;
  total = 0;

  constructor(source) {
    this.#source = source;
  }

  // As a Blob, which a browser may keep outside its memory.
  bytes(onProgress) {
    this.#bytes ??= this.#fetch(onProgress).catch((error) => {
      this.#bytes = null;
      throw error;
    });
    return this.#bytes;
  }

  // Decoded for this context; again where the last one had another sample rate.
  buffer(context) {
    if (this.#rate !== context.sampleRate) this.release();
    this.#rate = context.sampleRate;
    this.#buffer ??= this.#decode(context).catch((error) => {
      this.#buffer = null;
      throw error;
    });
    return this.#buffer;
  }

  release() {
    this.#buffer = null;
  }

  async #fetch(onProgress) {
    const response = await retrying(() => fetch(this.#source, { credentials: "same-origin" }), 4);
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
    return new Blob(chunks);
  }

  async #decode(context) {
    const bytes = await (await this.bytes()).arrayBuffer();
    try {
      return await context.decodeAudioData(bytes);
    } catch (error) {
      throw new SoundError("bad-sound", String(error));
    }
  }
}

export class Library {
  #recordings = new Map();
  #ahead = new Map();

  // Fetches these clips and lets go of all others. Resolves when every byte is here; `onProgress` gets 0 to 1.
  async load(urls, onProgress) {
    const here = (url) => this.#recordings.get(url) ?? this.#ahead.get(url) ?? new Recording(url);
    this.#recordings = new Map(urls.map((url) => [url, here(url)]));
    this.#ahead.clear();
    const tell = () => onProgress(this.#share());
    await heeding(Promise.all([...this.#recordings.values()].map((recording) => recording.bytes(tell))));
  }

  // These, decoded, in the order of `urls`; of the others nothing decoded is kept.
  async decode(urls, context) {
    for (const [url, recording] of this.#recordings) if (!urls.includes(url)) recording.release();
    return heeding(Promise.all(urls.map((url) => this.#recordings.get(url).buffer(context))));
  }

  // Fetches what the next page will ask for: each clip `{url, from}` under its future address, from another one.
  async loadAhead(clips) {
    this.#ahead = new Map(clips.map(({ url, from }) => [url, new Recording(from)]));
    await heeding(Promise.all([...this.#ahead.values()].map((recording) => recording.bytes())));
  }

  async decodeAhead(context) {
    await heeding(Promise.all([...this.#ahead.values()].map((recording) => recording.buffer(context))));
  }

  #share() {
    const all = [...this.#recordings.values()];
    return all.reduce((sum, one) => sum + (one.total ? one.loaded / one.total : 0), 0) / all.length;
  }
}

// Whatever goes wrong on the way is a missing sound to the rater.
async function heeding(work) {
  try {
    return await work;
  } catch (error) {
    throw error instanceof SoundError ? error : new SoundError("no-sound", String(error));
  }
}
