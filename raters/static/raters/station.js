// Entry point: wakes the station that is on the page, and each one that is swapped in after it.

import { mountDone } from "./done.js";
import { mountFeedback } from "./feedback.js";
import { mountSoundCheck } from "./sound_check.js";
import { mountTask } from "./task.js";
import { announce } from "./words.js";

const stations = { task: mountTask, "sound-check": mountSoundCheck, headphones: mountSoundCheck, feedback: mountFeedback, done: mountDone };
const page = document.documentElement;
const starting = document.getElementById("starting");
let leave = () => {};

// Until the new station stands, `watchdog.js` answers for it.
function arrive() {
  page.removeAttribute("data-started");
  leave();
  const root = document.querySelector("#station > [data-station]");
  const life = new AbortController();
  const close = stations[root?.dataset.station]?.(root, life.signal);
  leave = () => {
    close?.();
    life.abort();
  };
  page.setAttribute("data-started", "");
  starting.hidden = !starting.hasAttribute("data-failed");
}

// A new page, to the eye; so the focus goes to its heading and its place is said.
function greet() {
  const station = document.getElementById("station");
  window.scrollTo(0, 0);
  (station.querySelector("h1") ?? station).focus({ preventScroll: true });
  const along = station.querySelector("[data-progress]");
  if (along) announce(along.dataset.progress);
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "station") return;
  arrive();
  greet();
});
// A page out of the browser's own cache may show a task that has long been answered.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
arrive();
