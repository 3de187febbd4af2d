// What stands around the clips: repeating a part, the volume, the help.

import { keep, recall } from "./storage.js";
import { rememberVolume, rememberedVolume } from "./volume.js";
import { announce, say } from "./words.js";

const PLAY_ON = "earwitness-play-on";

// One button in three steps: from here, to here, no more. Where the study does not repeat parts there is no button.
export class Loop {
  #button;
  #player;
  #mark = null;   // {clip, at}: where the part will start

  constructor(root, player, signal) {
    this.#button = root.querySelector("[data-loop-button]");
    this.#player = player;
    this.#button?.addEventListener("click", () => this.press(), { signal });
  }

  press() {
    if (!this.#button) return;
    const player = this.#player;
    player.mark();
    if (player.loop) player.repeatNoMore();
    else if (this.#belongsTo(player.current)) this.#close();
    else if (player.current) this.#mark = { clip: player.current, at: player.current.position };
    else announce(say("loop-play"));
    this.draw();
  }

  draw() {
    if (!this.#button) return;
    const word = this.#player.loop ? "loop-off" : this.#belongsTo(this.#player.current) ? "loop-to" : "loop-from";
    this.#button.querySelector("[data-loop-word]").textContent = say(word);
    this.#button.toggleAttribute("data-on", this.#player.loop !== null);
  }

  #belongsTo(clip) {
    return clip !== null && (this.#mark?.clip === clip || (this.#mark !== null && this.#player.rules.position === "same_time"));
  }

  #close() {
    const clip = this.#player.current;
    const [from, to] = [this.#mark.at, clip.position].sort((a, b) => a - b);
    if (this.#player.repeat(clip, from, to)) this.#mark = null;
    else announce(say("loop-short"));
  }
}

// Where one clip ends, the next may follow by itself. In a set one press plays all of a side; with a pair the rater may
// choose that B follows A, and the choice is remembered.
export class PlayOn {
  #player;
  #box;
  #buttons;
  #through = null;   // the side that plays through

  constructor(root, player, signal) {
    this.#player = player;
    this.#box = root.querySelector("[data-play-on]");
    if (this.#box) {
      this.#box.checked = recall(PLAY_ON) === "on";
      this.#box.addEventListener("change", () => keep(PLAY_ON, this.#box.checked ? "on" : "off"), { signal });
    }
    this.#buttons = root.querySelectorAll("[data-play-through]");
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.#begin(button.dataset.playThrough), { signal });
    }
    player.addEventListener("ended", ({ detail }) => this.#goOn(detail), { signal });
    player.addEventListener("change", () => this.#look(), { signal });
  }

  // From the first clip of the side that was not heard yet, or all over again; pressed again, it pauses.
  #begin(side) {
    if (this.#through === side) {
      this.#player.pause();
      return;
    }
    const own = this.#player.clips.filter((clip) => clip.side === side);
    this.#player.play(own.find((clip) => !clip.heard) ?? own[0]);
    this.#through = side;
    this.#draw();
  }

  #goOn(clip) {
    const next = this.#player.clips[this.#player.clips.indexOf(clip) + 1];
    if (!next) return;
    if (next.side === clip.side ? this.#through === clip.side : this.#box?.checked && !next.heard) this.#player.play(next);
  }

  // A pause, or another side, ends it.
  #look() {
    const now = this.#player.wanted ?? this.#player.playing;
    if (now?.side !== this.#through) this.#through = null;
    this.#draw();
  }

  #draw() {
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(button.dataset.playThrough === this.#through));
  }
}

export class VolumeKnob {
  #slider;
  #player;

  constructor(root, player, signal) {
    this.#slider = root.querySelector("[data-volume]");
    this.#player = player;
    this.#slider.value = rememberedVolume();
    this.#slider.addEventListener("input", () => this.#set(), { signal });
    this.#draw();
  }

  turn(louder) {
    if (louder) this.#slider.stepUp();
    else this.#slider.stepDown();
    this.#set();
    announce(say("volume", { percent: Math.round(100 * this.#slider.value) }));
  }

  #set() {
    rememberVolume(Number(this.#slider.value));
    this.#player.setVolume(Number(this.#slider.value));
    this.#draw();
  }

  #draw() {
    const percent = Math.round(100 * this.#slider.value);
    this.#slider.style.setProperty("--fill", `${percent}%`);
    this.#slider.setAttribute("aria-valuetext", say("volume", { percent }));
  }
}

// A box over the page, and the button that opens it.
export class Dialog {
  #box;

  constructor(box, button, signal) {
    this.#box = box;
    button?.addEventListener("click", () => this.open(), { signal });
    box?.querySelector("[data-close]")?.addEventListener("click", () => box.close(), { signal });
    // A click beside the box is on the dialog itself, which has no room of its own.
    box?.addEventListener("click", ({ target }) => {
      if (target === box) box.close();
    }, { signal });
  }

  get isOpen() {
    return this.#box?.open ?? false;
  }

  open() {
    this.#box.showModal();
  }
}
