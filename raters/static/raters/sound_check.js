// The sound check and the headphone check: one short recording, as often as wanted, and a number to choose.

import { announce, say } from "./words.js";
import { Library } from "./library.js";
import { Clip, FREE, Player } from "./player.js";
import { offerResume } from "./resume.js";

export function mountSoundCheck(root, signal) {
  const library = new Library();
  const clip = new Clip({ url: root.dataset.url });
  const player = new Player([clip], library, FREE);
  const page = new Page(root, player, clip);
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  const offer = offerResume(root.querySelector("[data-resume]"), () => player.playing !== null, signal);
  on(page.play, "click", () => player.toggle(clip));
  on(player, "failed", ({ detail }) => page.fail(detail));
  on(page.form, "change", () => page.draw());
  on(page.form, "submit", (event) => page.submit(event));
  on(player, "change", () => {
    page.draw();
    offer();
  });
  page.draw();
  library.load([clip.url], () => {}).catch((error) => page.fail(error));
  return () => player.close();
}

class Page {
  #root;
  #player;
  #clip;
  #name;
  #sent = false;

  constructor(root, player, clip) {
    this.#root = root;
    this.#player = player;
    this.#clip = clip;
    this.form = root.querySelector("form:not([data-unavailable])");
    this.play = root.querySelector(".play");
    this.#name = this.play.getAttribute("aria-label");
    this.button = this.form.querySelector("button[type=submit]");
    this.button.disabled = false;
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
    this.button.setAttribute("aria-disabled", String(this.#gap !== ""));
    this.#root.querySelector("[data-reason]").textContent = this.#gap ? say(this.#gap) : "";
    this.place();
  }

  place() {
    this.#player.mark();
    this.#root.querySelector(".clip progress").value = this.#clip.duration ? this.#clip.position / this.#clip.duration : 0;
    if (this.#player.playing) requestAnimationFrame(() => this.place());
  }

  submit(event) {
    if (this.#gap || this.#sent) event.preventDefault();
    if (this.#gap) announce(say(this.#gap));
    else this.#sent = true;
  }

  fail(error) {
    if (!error.code) throw error;
    const box = this.#root.querySelector("[data-problem]");
    box.querySelector("span").textContent = say(error.code);
    box.hidden = false;
    // What cannot be played cannot be failed. A sound that is gone is another tab's: the page itself is out of date.
    if (error.code !== "gone") this.#root.querySelector("[data-unavailable]")?.removeAttribute("hidden");
  }
}
