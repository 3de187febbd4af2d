// What was heard and done with a task, kept as it happens, so that a page that is loaded again goes on counting where
// it was: how long each clip sounded and which parts of it, where it stands, switches, and the time with the task.

import { forget, forgetOthers, keep, recallAs } from "./storage.js";

const KEPT = "earwitness-listened ";

export class Listened {
  #name;
  #player;
  #since = performance.now();
  #before = 0;   // milliseconds with this task before the page was loaded

  constructor(task, player) {
    this.#name = KEPT + task;
    this.#player = player;
    forgetOthers(this.#name);
    this.#takeUp();
  }

  // How long the task has been in front of the rater (milliseconds).
  get elapsed() {
    return this.#before + performance.now() - this.#since;
  }

  keep() {
    const clips = this.#player.clips.map((clip) => [clip.name, [clip.played, clip.position, clip.coverage.spans]]);
    const { switches } = this.#player;
    keep(this.#name, JSON.stringify({ elapsed: this.elapsed, switches, clips: Object.fromEntries(clips) }));
  }

  forget() {
    forget(this.#name);
  }

  #takeUp() {
    const kept = recallAs((value) => typeof value?.clips === "object" && value.clips !== null, this.#name);
    if (!kept) return;
    this.#before = Number(kept.elapsed) || 0;
    this.#player.switches = Number(kept.switches) || 0;
    for (const clip of this.#player.clips) {
      const [played, position, spans] = kept.clips[clip.name] ?? [0, 0, []];
      clip.played = Number(played) || 0;
      clip.position = Math.min(Number(position) || 0, clip.duration);
      clip.coverage.spans = spans;
    }
  }
}
