// Several clips, of which one sounds at a time. Each keeps its own position; what was heard of each is kept in
// seconds of the sound's own clock, so that neither a slow page nor a hidden tab miscounts.

import { openAudio, openedAudio } from "./audio.js";
import { Deck } from "./deck.js";
import { Coverage } from "./coverage.js";

export class Clip {
  constructor({ url, side = "", index = 0, label = "", duration = 0, heard = false }) {
    Object.assign(this, { url, side, index, label, duration, heard });
    this.position = 0;
    this.played = 0;           // seconds, parts heard twice count twice
    this.coverage = new Coverage();
    this.buffer = null;
  }

  // How far one may seek: as far as one has heard.
  get limit() {
    return this.heard ? this.duration : this.coverage.reach();
  }
}

// Tells: "change" (what sounds), "heard" (detail: clip), "ended" (detail: clip), "failed" (detail: error).
export class Player extends EventTarget {
  #library;
  #deck = null;
  #context = null;
  #counted = 0;
  #sounded = null;
  #closed = false;
  clips;
  playing = null;
  wanted = null;      // asked for, but still loading
  current = null;     // the one that the keys mean
  switches = 0;
  freeSeeking;

  constructor(clips, library, { freeSeeking = false } = {}) {
    super();
    this.clips = clips;
    this.#library = library;
    this.freeSeeking = freeSeeking;
  }

  // Has to be called inside a click or key press.
  toggle(clip) {
    if (this.playing === clip || this.wanted === clip) this.pause();
    else this.play(clip);
  }

  async play(clip) {
    const context = openAudio();
    this.wanted = this.current = clip;
    this.#tell("change");
    try {
      await this.prepare(context);
    } catch (error) {
      if (this.wanted === clip) this.wanted = null;
      this.#tell("failed", error);
      this.#tell("change");
      return;
    }
    if (this.wanted === clip && !this.#closed) this.#start(clip);
  }

  pause() {
    this.wanted = null;
    this.#settle();
    this.#deck?.stop();
    this.playing = null;
    this.#tell("change");
  }

  seek(clip, seconds) {
    const limit = this.freeSeeking ? clip.duration : clip.limit;
    const to = Math.min(Math.max(0, seconds), limit);
    if (clip !== this.playing) {
      clip.position = to;
      return;
    }
    this.#settle();
    clip.position = to;
    this.#sound(clip);
  }

  // Decodes every clip once a context is there.
  async prepare(context = openedAudio()) {
    if (!context) return;
    const buffers = await this.#library.decode(this.clips.map((clip) => clip.url), context);
    this.clips.forEach((clip, index) => {
      clip.buffer = buffers[index];
      clip.duration = buffers[index].duration;
    });
  }

  // Brings positions and counts up to now; the page calls it while it draws.
  mark() {
    if (this.playing) this.#count(this.#deck.position());
  }

  close() {
    this.#closed = true;
    this.pause();
  }

  #start(clip) {
    this.wanted = null;
    if (this.#sounded && this.#sounded.side !== clip.side) this.switches += 1;
    this.#settle();
    if (clip.position >= clip.duration) clip.position = 0;
    this.playing = this.#sounded = clip;
    this.#sound(clip);
    this.#tell("change");
  }

  #sound(clip) {
    const context = openAudio();
    if (this.#context !== context) [this.#context, this.#deck] = [context, new Deck(context)];
    this.#counted = clip.position;
    this.#deck.play(clip.buffer, clip.position, () => this.#end(clip));
  }

  #end(clip) {
    this.#count(clip.duration);
    this.playing = null;
    this.#tell("ended", clip);
    this.#tell("change");
  }

  #settle() {
    if (this.playing) this.#count(this.#deck.positionAtChange());
  }

  #count(position) {
    const clip = this.playing;
    clip.coverage.add(this.#counted, position);
    clip.played += Math.max(0, position - this.#counted);
    this.#counted = clip.position = position;
    if (clip.heard || !clip.coverage.covers(clip.duration)) return;
    clip.heard = true;
    this.#tell("heard", clip);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
