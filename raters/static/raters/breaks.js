// Ears get tired. Whoever has rated for a while without a break is told so once, at the beginning of a task; what they
// do about it is up to them.

import { keep, recallAs } from "./storage.js";

const KEPT = "earwitness-sitting";
const LONG = 20 * 60_000;    // after so much listening a break is suggested (milliseconds)
const BREAK = 4 * 60_000;    // so long away from the tasks is a break

export function suggestBreak(root, signal) {
  const now = Date.now();
  const sitting = sittingAt(now);
  const box = root.querySelector("[data-break]");
  box.hidden = now - sitting.since < LONG;
  // Said, it is not said again before as much time has passed.
  keep(KEPT, JSON.stringify({ since: box.hidden ? sitting.since : now, last: now }));
  box.querySelector("button").addEventListener("click", () => {
    box.hidden = true;
    root.querySelector("h1").focus();
  }, { signal });
}

function sittingAt(now) {
  const kept = recallAs((value) => Number.isFinite(value?.since) && Number.isFinite(value?.last), KEPT);
  return kept && now - kept.last < BREAK ? kept : { since: now, last: now };
}
