// The page's one AudioContext. It is opened, and opened again, only inside a click or a key press: browsers allow
// sound nowhere else, and an await before `resume` would already be outside.

let context = null;
export const audioState = new EventTarget();

function tell() {
  audioState.dispatchEvent(new Event("change"));
}

function create() {
  // Where this exists (Safari), it keeps the mute switch of a phone from silencing the study.
  if (navigator.audioSession) navigator.audioSession.type = "playback";
  const created = new AudioContext({ latencyHint: "interactive" });
  created.addEventListener("statechange", tell);
  return created;
}

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
