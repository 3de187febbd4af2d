// The sound check and the headphone check: one short recording, as often as wanted, and a number to choose.

import { audioState, canPlay } from "./audio.js";
import { Library } from "./library.js";
import { Notice } from "./notice.js";
import { Clip, FREE, Player } from "./player.js";
import { offerResume } from "./resume.js";
import { SoundError } from "./sound_error.js";
import { Ticker } from "./ticker.js";
import { announce, say } from "./words.js";

export function mountSoundCheck(root, signal) {
  const library = new Library();
  const clip = new Clip({ url: root.dataset.url });
  const player = new Player([clip], library, FREE);
  const page = new Page(root, player, library, clip, signal);
  const ticker = new Ticker(() => page.place(), () => player.playing !== null);
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  const offer = offerResume(root.querySelector("[data-resume]"), () => player.playing !== null, signal);
  on(page.play, "click", () => player.toggle(clip));
  on(player, "failed", ({ detail }) => page.fail(detail.error));
  on(audioState, "lost", ({ detail }) => page.lose(detail));
  on(library, "change", () => page.place());
  on(page.form, "change", () => page.draw());
  on(page.form, "submit", (event) => page.submit(event));
  on(player, "change", () => {
    page.draw();
    if (player.playing) ticker.start();
    offer();
  });
  library.load([clip.url]).then(([{ reason }]) => reason && page.fail(reason));
  page.draw();
  if (!canPlay()) page.fail(new SoundError("no-audio", "no AudioContext"));
  return () => {
    ticker.stop();
    player.close();
  };
}

class Page {
  #root;
  #player;
  #library;
  #clip;
  #notice;
  #name;
  #sent = false;

  constructor(root, player, library, clip, signal) {
    this.#root = root;
    this.#player = player;
    this.#library = library;
    this.#clip = clip;
    this.#notice = new Notice(root, signal);
    this.form = root.querySelector("form:not([data-unavailable])");
    this.play = root.querySelector(".play");
    this.#name = this.play.getAttribute("aria-label");
    this.button = this.form.querySelector("button[type=submit]");
    this.button.disabled = false;
    this.play.disabled = false;
  }

  // The first thing missing, as a word, or "" when one may go on.
  get #gap() {
    if (this.#clip.played === 0 && this.#player.playing !== this.#clip) return "play-first";
    return new FormData(this.form).has("answer") ? "" : (this.#root.dataset.choose ?? "choose-number");
  }

  draw() {
    const sounding = this.#player.playing === this.#clip || this.#player.wanted === this.#clip;
    this.#root.querySelector("[data-clip]").toggleAttribute("data-playing", sounding);
    this.#root.querySelector(".side").toggleAttribute("data-playing", sounding);
    this.play.setAttribute("aria-label", sounding ? say("pause") : this.#name);
    if (this.#player.playing) this.#notice.clear("sound");
    this.button.setAttribute("aria-disabled", String(this.#gap !== ""));
    this.#root.querySelector("[data-reason]").textContent = this.#gap ? say(this.#gap) : "";
    this.place();
  }

  // The place in the sound; until it is here, how much of it is.
  place() {
    this.#player.mark();
    const { duration, position, url } = this.#clip;
    const { state, share } = this.#library.progressOf(url);
    this.#root.querySelector(".clip progress").value = duration ? position / duration : 0;
    const percent = Math.floor(100 * share);
    const text = state === "here" ? "" : say(state === "loading" ? "loading" : "not-loaded", { percent });
    const word = this.#root.querySelector("[data-loading-word]");
    if (word.textContent !== text) word.textContent = text;
  }

  submit(event) {
    if (this.#gap || this.#sent) event.preventDefault();
    if (this.#gap) announce(say(this.#gap));
    else this.#sent = true;
  }

  lose(word) {
    if (!this.#player.playing && !this.#player.wanted) return;
    this.#player.pause();
    this.fail(new SoundError(word, "the browser took the sound away"));
  }

  fail(error) {
    if (!error.code) throw error;
    this.#notice.show("sound", say(error.code, { clip: say("the-sound") }));
    // What cannot be played cannot be failed. A sound that is gone is another tab's: the page itself is out of date.
    if (error.code !== "gone") this.#root.querySelector("[data-unavailable]")?.removeAttribute("hidden");
  }
}
