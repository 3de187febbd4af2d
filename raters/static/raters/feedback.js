// After a pair for training: both clips to hear again, as often as wanted.

import { Card } from "./cards.js";
import { Library } from "./library.js";
import { Clip, FREE, Player } from "./player.js";
import { Notice } from "./notice.js";
import { offerResume } from "./resume.js";
import { Ticker } from "./ticker.js";
import { say } from "./words.js";

export function mountFeedback(root, signal) {
  const library = new Library();
  const roots = [...root.querySelectorAll("[data-clip]")];
  const clips = roots.map(clipOf);
  const player = new Player(clips, library, FREE);
  const cards = clips.map((clip, place) => new Card(roots[place], clip, player, library, signal));
  const notice = new Notice(root, signal);
  const offer = offerResume(root.querySelector("[data-resume]"), () => player.playing !== null, signal);
  const ticker = new Ticker(() => place(player, cards), () => player.playing !== null);
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  on(player, "change", () => {
    draw(root, cards);
    if (player.playing) {
      notice.clear("sound");
      ticker.start();
    }
    offer();
  });
  on(player, "failed", ({ detail }) => notice.show("sound", say(detail.error.code, { clip: detail.clip.label })));
  library.load(clips.map((clip) => clip.url));   // what fails says so on its card, and when it is played
  draw(root, cards);
  return () => {
    ticker.stop();
    player.close();
  };
}

function clipOf(root) {
  const { side, url, label } = root.dataset;
  return new Clip({ side, url, label, duration: Number(root.querySelector(".seek").max) });
}

function draw(root, cards) {
  cards.forEach((card) => card.draw());
  for (const side of root.querySelectorAll("[data-side-card]")) {
    side.toggleAttribute("data-playing", side.querySelector("[data-clip][data-playing]") !== null);
  }
}

function place(player, cards) {
  player.mark();
  cards.find((card) => card.clip === player.playing)?.place();
}
