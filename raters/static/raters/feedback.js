// After a pair for training: both clips to hear again, as often as wanted.

import { Card } from "./cards.js";
import { Library } from "./library.js";
import { Clip, FREE, Player } from "./player.js";
import { offerResume } from "./resume.js";
import { say } from "./words.js";

export function mountFeedback(root, signal) {
  const library = new Library();
  const roots = [...root.querySelectorAll("[data-clip]")];
  const clips = roots.map(clipOf);
  const player = new Player(clips, library, FREE);
  const cards = clips.map((clip, place) => new Card(roots[place], clip, player, signal));
  const offer = offerResume(root.querySelector("[data-resume]"), () => player.playing !== null, signal);
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  on(player, "change", () => {
    draw(root, player, cards);
    offer();
  });
  on(player, "failed", ({ detail }) => fail(root, detail));
  draw(root, player, cards);
  library.load(clips.map((clip) => clip.url), () => {}).catch((error) => fail(root, error));
  return () => player.close();
}

function clipOf(root) {
  const { side, url, label } = root.dataset;
  return new Clip({ side, url, label, duration: Number(root.querySelector(".seek").max) });
}

function draw(root, player, cards) {
  cards.forEach((card) => card.draw());
  for (const side of root.querySelectorAll("[data-side-card]")) {
    side.toggleAttribute("data-playing", side.querySelector("[data-clip][data-playing]") !== null);
  }
  place(player, cards);
}

function place(player, cards) {
  if (!player.playing) return;
  player.mark();
  cards.find((card) => card.clip === player.playing)?.place();
  requestAnimationFrame(() => place(player, cards));
}

function fail(root, error) {
  if (!error.code) throw error;
  const box = root.querySelector("[data-problem]");
  box.querySelector("span").textContent = say(error.code);
  box.hidden = false;
}
