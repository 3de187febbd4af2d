// Which parts of a clip have been heard: merged spans of seconds, in order.

import { placeAfter } from "./deck.js";

// Two spans closer than this are one (seconds): the clocks of the page and of the sound are read at slightly
// different times. The end has no such slack: a clip that has ended is counted to its very end.
const SLACK = 0.05;
const ROUNDING = 1e-6;

export class Coverage {
  #spans = [];

  add(from, to) {
    if (!(to > from)) return;
    const apart = this.#spans.filter(([start, end]) => end < from - SLACK || start > to + SLACK);
    const touching = this.#spans.filter((span) => !apart.includes(span));
    const merged = [
      Math.min(from, ...touching.map(([start]) => start)),
      Math.max(to, ...touching.map(([, end]) => end)),
    ];
    this.#spans = [...apart, merged].sort((a, b) => a[0] - b[0]);
  }

  // `seconds` of sound from `from` on, coming round in `loop` where there is one: once round is all of the loop, and
  // never more than the loop.
  addSound(from, seconds, loop) {
    if (!loop) return this.add(from, from + seconds);
    if (seconds >= loop.to - loop.from) return this.add(loop.from, loop.to);
    const to = placeAfter(from, seconds, Infinity, loop);
    if (to >= from) return this.add(from, to);
    this.add(from, loop.to);
    return this.add(loop.from, to);
  }

  // The end of the part that was heard without a hole from the beginning on (seconds).
  reach() {
    const [first] = this.#spans;
    return first && first[0] <= SLACK ? first[1] : 0;
  }

  covers(duration) {
    return this.reach() >= duration - ROUNDING;
  }

  get spans() {
    return this.#spans.map((span) => [...span]);
  }

  // As `spans` gave them before.
  set spans(spans) {
    this.#spans = [];
    for (const [from, to] of spans) this.add(from, to);
  }

  clear() {
    this.#spans = [];
  }
}
