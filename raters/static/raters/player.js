// Several clips, of which one sounds at a time. What was heard of each is kept in seconds of the sound's own clock,
// so that neither a slow page nor a hidden tab miscounts. The study's rules say where a switch leads, how far one may
// seek and whether a part may be repeated; both sides always follow the same rules.

import { openAudio, openedAudio } from "./audio.js";
import { Deck, Lead } from "./deck.js";
import { Coverage } from "./coverage.js";
import { fits } from "./library.js";
import { SoundError } from "./sound_error.js";
import { Volume, rememberedVolume } from "./volume.js";

// A part that is repeated is at least this long (seconds).
export const SHORTEST_LOOP = 0.5;
// Changes are planned at least so far ahead (seconds): from key to sound it stays under 60 ms.
const LEAST_LEAD = 0.025;
// A clock of the sound that stands for so long while it should run has no device to run for (milliseconds).
const STANDSTILL = 3000;

export class Clip {
  constructor({ url, side = "", index = 0, label = "", duration = 0, heard = false }) {
    Object.assign(this, { url, side, index, label, duration, heard });
    this.position = 0;
    this.played = 0;           // seconds, parts heard twice count twice
    this.coverage = new Coverage();
    this.buffer = null;
  }

  // One word for it, the same as long as the task is there.
  get name() {
    return `${this.side}${this.index}`;
  }

  // Heard from the beginning to here.
  get reach() {
    return this.heard ? this.duration : this.coverage.reach();
  }
}

// `position`: "own", "same_time" or "restart"; `seek`: "none", "heard" or "anywhere"; `loop`: whether parts may repeat.
export const FREE = { position: "own", seek: "anywhere", loop: false };

// Tells: "change" (what sounds), "heard" (detail: clip), "ended" (detail: clip), "failed" (detail: {clip, error}).
export class Player extends EventTarget {
  #library;
  #deck = null;
  #volume = null;
  #context = null;
  #counted = { position: 0, elapsed: 0 };
  #moved = { time: 0, at: 0 };   // when the sound's own clock was last seen to move
  #sounded = null;
  #closed = false;
  clips;
  rules;
  loop = null;        // {from, to} of the clip `loopOf`, and of every clip where all keep the same time
  loopOf = null;
  playing = null;
  wanted = null;      // asked for, but still loading
  current = null;     // the one that the keys mean
  switches = 0;

  constructor(clips, library, rules) {
    super();
    this.clips = clips;
    this.rules = rules;
    this.#library = library;
  }

  // Has to be called inside a click or key press.
  toggle(clip) {
    if (this.playing === clip || this.wanted === clip) this.pause();
    else this.play(clip);
  }

  async play(clip) {
    this.wanted = this.current = clip;
    try {
      const context = openAudio();
      this.#tell("change");
      await this.prepare(context, clip);
      if (this.wanted === clip && !this.#closed) this.#start(clip);
    } catch (error) {
      if (!(error instanceof SoundError)) throw error;
      if (this.wanted === clip) this.wanted = null;
      this.#tell("failed", { clip, error });
      this.#tell("change");
    }
  }

  pause() {
    this.wanted = null;
    this.#settle();
    this.#deck?.stop();
    this.playing = null;
    this.#tell("change");
  }

  // How far one may move by hand (seconds).
  limit(clip) {
    if (this.rules.seek === "none") return 0;
    return this.rules.seek === "anywhere" ? clip.duration : clip.reach;
  }

  seek(clip, seconds) {
    if (this.rules.seek === "none") return;
    const to = Math.min(Math.max(0, seconds), this.limit(clip));
    if (clip === this.playing) this.#settle();
    this.#move(clip, to);
    if (this.#follows(this.playing, clip)) this.#sound(this.playing);
  }

  // Repeats from here to there, as far as both lie in what may be sought, or in what has been heard.
  repeat(clip, from, to) {
    const limit = this.rules.seek === "anywhere" ? clip.duration : clip.reach;
    const end = Math.min(to, limit);
    if (!this.rules.loop || end - from < SHORTEST_LOOP) return false;
    this.#setLoop({ from, to: end }, clip);
    return true;
  }

  repeatNoMore() {
    this.#setLoop(null, null);
  }

  loopFor(clip) {
    return this.loop && this.#follows(clip, this.loopOf) ? this.loop : null;
  }

  setVolume(setting) {
    this.#volume?.set(setting);
  }

  // Decodes `first`, once a context is there, and after it those that will be wanted next: every clip where there is
  // room for all, else the one after it (and the one that sounds, which may yet be sought in).
  async prepare(context = openedAudio(), first = this.current ?? this.clips[0]) {
    if (!context) return;
    const all = this.clips;
    const next = all[(all.indexOf(first) + 1) % all.length];
    const longest = Math.max(...all.map((clip) => clip.duration));
    const kept = fits(all.length, longest, context) ? all : all.filter((clip) => [first, next, this.playing].includes(clip));
    for (const clip of all) if (!kept.includes(clip)) clip.buffer = null;
    this.#library.keepDecoded(kept.map((clip) => clip.url));
    await this.#decode(first, context, { now: true });
    for (const clip of kept) if (clip !== first) this.#decode(clip, context).catch(unlessAsked);
  }

  async #decode(clip, context, options) {
    clip.buffer = await this.#library.decode(clip.url, context, options);
    clip.duration = clip.buffer.duration;
  }

  // Brings positions and counts up to now; the page calls it while it draws.
  mark() {
    if (!this.playing) return;
    this.#count(this.#deck.place());
    if (this.#stands()) {
      const clip = this.playing;
      this.pause();
      this.#tell("failed", { clip, error: new SoundError("no-device", "the clock of the sound stands") });
    }
  }

  #stands() {
    const time = this.#context.currentTime;
    const isHeldBack = this.#context.state !== "running" || document.hidden;
    if (time !== this.#moved.time || isHeldBack) this.#moved = { time, at: performance.now() };
    return performance.now() - this.#moved.at > STANDSTILL;
  }

  close() {
    this.#closed = true;
    this.pause();
  }

  #start(clip) {
    this.wanted = null;
    const before = this.#sounded;
    if (before && before.side !== clip.side) this.switches += 1;
    this.#settle();
    const anew = this.rules.position === "restart" && before !== null && before !== clip;
    if (anew || clip.position >= clip.duration) this.#move(clip, 0);
    this.playing = this.#sounded = clip;
    this.#sound(clip);
    this.#tell("change");
  }

  #sound(clip) {
    this.#connect(openAudio());
    this.#deck.play(clip.buffer, clip.position, () => this.#end(clip), this.loopFor(clip));
    this.#counted = { position: this.#deck.startedFrom, elapsed: 0 };
    this.#moved = { time: -1, at: performance.now() };
    this.#move(clip, this.#counted.position);
  }

  #connect(context) {
    if (this.#context === context) return;
    this.#context = context;
    this.#volume = new Volume(context, rememberedVolume());
    this.#deck = new Deck(context, this.#volume.node, new Lead(LEAST_LEAD));
  }

  #end(clip) {
    this.#count({ position: clip.duration, elapsed: this.#counted.elapsed + clip.duration - this.#counted.position });
    this.playing = null;
    this.#tell("ended", clip);
    this.#tell("change");
  }

  #setLoop(loop, clip) {
    this.#settle();
    [this.loop, this.loopOf] = [loop, clip];
    if (this.playing) this.#sound(this.playing);
    this.#tell("change");
  }

  // Whether what happens to one clip's place happens to the other's.
  #follows(clip, other) {
    return clip !== null && other !== null && (clip === other || this.rules.position === "same_time");
  }

  #move(clip, to) {
    for (const other of this.clips) if (this.#follows(other, clip)) other.position = to;
  }

  #settle() {
    if (this.playing) this.#count(this.#deck.placeAtChange());
  }

  #count({ position, elapsed }) {
    const clip = this.playing;
    const seconds = Math.max(0, elapsed - this.#counted.elapsed);
    clip.coverage.addSound(this.#counted.position, seconds, this.loopFor(clip));
    clip.played += seconds;
    this.#counted = { position, elapsed };
    this.#move(clip, position);
    if (clip.heard || !clip.coverage.covers(clip.duration)) return;
    clip.heard = true;
    this.#tell("heard", clip);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// What could not be decoded beforehand says so when it is asked for.
function unlessAsked(error) {
  if (!(error instanceof SoundError)) throw error;
}
