// How loud everything is. One knob after all clips: it can never favour a side. Silent it cannot be, or a clip could
// count as heard that nobody heard.

import { keep, recall } from "./storage.js";

const REMEMBER = "earwitness-volume";
const RANGE = 30;       // decibels from the quietest to the full level
const GLIDE = 0.015;    // time constant of a change: level never jumps (seconds)

// `setting` from 0 to 1, in even steps of loudness.
export function gainOf(setting) {
  return 10 ** ((RANGE * (Math.min(1, Math.max(0, setting)) - 1)) / 20);
}

export class Volume {
  #context;
  node;

  constructor(context, setting = 1) {
    this.#context = context;
    this.node = new GainNode(context, { gain: gainOf(setting) });
    this.node.connect(context.destination);
  }

  set(setting) {
    // Takes over from whatever level there is, in the middle of another change too.
    this.node.gain.setTargetAtTime(gainOf(setting), this.#context.currentTime, GLIDE);
  }
}

export function rememberedVolume() {
  const kept = Number.parseFloat(recall(REMEMBER) ?? "1");
  return kept >= 0 && kept <= 1 ? kept : 1;
}

export function rememberVolume(setting) {
  keep(REMEMBER, String(setting));
}
