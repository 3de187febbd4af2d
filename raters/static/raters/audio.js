// The page's one AudioContext. It is opened, and opened again, only inside a click or a key press: browsers allow
// sound nowhere else, and an await before `resume` would already be outside.

import { SoundError } from "./sound_error.js";

let context = null;
// Tells: "change" (the state), "lost" (detail: the word for what happened to the sound).
export const audioState = new EventTarget();

function tell() {
  audioState.dispatchEvent(new Event("change"));
}

function lose(word) {
  audioState.dispatchEvent(new CustomEvent("lost", { detail: word }));
}

export function canPlay() {
  return typeof globalThis.AudioContext === "function";
}

function create() {
  if (!canPlay()) throw new SoundError("no-audio", "no AudioContext");
  // Where this exists (Safari), it keeps the mute switch of a phone from silencing the study.
  if (navigator.audioSession) navigator.audioSession.type = "playback";
  let created = null;
  try {
    created = new AudioContext({ latencyHint: "interactive" });
  } catch (error) {
    throw new SoundError("no-device", String(error));
  }
  created.addEventListener("statechange", () => {
    if (created.state === "closed" && created === context) lose("sound-closed");
    tell();
  });
  created.addEventListener("error", () => lose("no-device"));
  return created;
}

// Raises SoundError where there is no sound to open.
export function openAudio() {
  if (!context || context.state === "closed") context = create();
  // A refusal shows as a state other than "running", and that is what the page acts on.
  if (context.state !== "running") context.resume().then(tell, tell);
  return context;
}

// The context if a click has opened one already.
export function openedAudio() {
  return context && context.state !== "closed" ? context : null;
}

export function isRunning() {
  return context?.state === "running";
}
