// Fetches clips and decodes them, each by itself: one that fails keeps no other from sounding. Bytes come before the
// first click; decoding waits for the context, because only its own sample rate spares the clip a second resampling.
// A page that is shown again finds its clips still here.

import { wantedType } from "./flac.js";
import { Line } from "./line.js";
import { mayHeal, pause } from "./retry.js";
import { SoundError } from "./sound_error.js";

// How much decoded sound may be held (bytes): a small device would throw the whole page away for more.
const BUDGET = { small: 48e6, large: 400e6 };
const CHANNELS = 2;
const BYTES = 4;   // decoded samples are single-precision floats
const TRIES = 4;
const NEEDED_NOW = 0;
const NEEDED_LATER = 1000;   // what the next page will want

function isSmall() {
  return (navigator.deviceMemory ?? 8) <= 4 || matchMedia("(pointer: coarse)").matches;
}

// Whether so many clips of `duration` seconds may all lie here decoded.
export function fits(count, duration, context, budget = BUDGET[isSmall() ? "small" : "large"]) {
  return count * duration * context.sampleRate * CHANNELS * BYTES <= budget;
}

// Tells "change" as its bytes come in. `state`: "loading", "here" or "failed".
class Recording extends EventTarget {
  #source;
  #line;
  #bytes = null;
  #buffer = null;
  #rate = 0;
  #loaded = 0;
  #total = 0;
  need;
  state = "loading";

  constructor(source, line, need) {
    super();
    this.#source = source;
    this.#line = line;
    this.need = need;
  }

  // Of its bytes, from 0 to 1.
  get share() {
    if (this.state === "here") return 1;
    return this.#total ? Math.min(1, this.#loaded / this.#total) : 0;
  }

  hurry(need) {
    this.need = need;
    this.#line.move(this, need);
  }

  // As a Blob, which a browser may keep outside its memory.
  bytes() {
    this.#bytes ??= this.#fetch().catch((error) => {
      this.#fail();
      throw error instanceof SoundError ? error : new SoundError("no-sound", String(error));
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

  // Nothing of it is kept: the next try fetches it anew.
  #fail() {
    this.#bytes = null;
    this.#loaded = 0;
    this.#move("failed");
  }

  #move(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  async #fetch() {
    this.#move("loading");
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#line.during(this, this.need, () => this.#download());
      } catch (error) {
        if ((error instanceof SoundError && error.code === "gone") || attempt >= TRIES - 1) throw error;
      }
      await pause(attempt);
    }
  }

  async #download() {
    const accept = await wantedType();
    await this.#line.turn(this);
    const response = await fetch(this.#source, { headers: { Accept: accept }, credentials: "same-origin" });
    if (!response.ok) throw new SoundError(mayHeal(response.status) ? "no-sound" : "gone", `${response.status}`);
    this.#total = Number(response.headers.get("Content-Length")) || 0;
    this.#loaded = 0;
    const chunks = [];
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      this.#loaded += part.value.length;
      this.dispatchEvent(new Event("change"));
      await this.#line.turn(this);
    }
    this.#move("here");
    return new Blob(chunks);
  }

  async #decode(context) {
    const bytes = await (await this.bytes()).arrayBuffer();
    try {
      return await context.decodeAudioData(bytes);
    } catch (error) {
      // Perhaps not the browser's fault but that of the bytes, and the clip is mended by the next try.
      this.#fail();
      throw new SoundError("bad-sound", String(error));
    }
  }
}

// Tells: "change" (detail: address) as the bytes of a clip come in, are all here, or failed.
export class Library extends EventTarget {
  #line = new Line();
  #recordings = new Map();
  #ahead = new Map();

  // Begins to fetch these clips, one after the other, and lets go of all others. Answers for each what became of it
  // (`Promise.allSettled`), once all have come or failed.
  load(urls) {
    const here = (url, need) => {
      const old = this.#recordings.get(url) ?? this.#ahead.get(url);
      if (!old || old.state === "failed") return new Recording(url, this.#line, need);
      old.hurry(need);
      return old;
    };
    const before = this.#recordings;
    this.#recordings = new Map(urls.map((url, place) => [url, here(url, place + 1)]));
    this.#ahead.clear();
    for (const [url, recording] of this.#recordings) {
      if (before.get(url) !== recording) recording.addEventListener("change", () => this.#tell(url));
    }
    return Promise.allSettled([...this.#recordings.values()].map((recording) => recording.bytes()));
  }

  // How far its bytes are: {state, share}.
  progressOf(url) {
    const { state, share } = this.#recordings.get(url) ?? { state: "loading", share: 0 };
    return { state, share };
  }

  // Decoded; raises SoundError. What is asked for with `now` is fetched before everything else.
  async decode(url, context, { now = false } = {}) {
    const recording = this.#recordings.get(url);
    const need = recording.need;
    if (now) recording.hurry(NEEDED_NOW);
    try {
      return await recording.buffer(context);
    } finally {
      if (now) recording.hurry(need);
    }
  }

  // Of all but these nothing decoded is kept.
  keepDecoded(urls) {
    for (const [url, recording] of this.#recordings) if (!urls.includes(url)) recording.release();
  }

  // Fetches what the next page will ask for: each clip `{url, from}` under its future address, from another one.
  async loadAhead(clips) {
    this.#ahead = new Map(clips.map(({ url, from }, place) => [url, new Recording(from, this.#line, NEEDED_LATER + place)]));
    await Promise.all([...this.#ahead.values()].map((recording) => recording.bytes()));
  }

  async decodeAhead(context) {
    await Promise.all([...this.#ahead.values()].map((recording) => recording.buffer(context)));
  }

  #tell(url) {
    this.dispatchEvent(new CustomEvent("change", { detail: url }));
  }
}
