// Offers "Tap to continue" when the browser holds the sound back: a locked phone, a call, a page that was never
// touched. The tap itself opens the sound again.

import { audioState, isRunning, openAudio } from "./audio.js";

// A context that was just resumed says so a moment later (milliseconds).
const GRACE = 400;

export function offerResume(box, isMeantToSound, signal) {
  let timer = 0;
  const show = () => {
    box.hidden = !isMeantToSound() || isRunning();
  };
  const look = () => {
    clearTimeout(timer);
    if (isRunning()) box.hidden = true;
    else timer = setTimeout(show, GRACE);
  };
  audioState.addEventListener("change", look, { signal });
  document.addEventListener("visibilitychange", look, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  box.querySelector("button").addEventListener("click", () => {
    openAudio();
    look();
  }, { signal });
  return look;
}
