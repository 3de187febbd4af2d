// Draws one clip: its button, how far its sound has come, its place, its tick. Holds no state of its own but what it
// drew last, and draws only what has changed.

import { say } from "./words.js";

function clock(seconds) {
  const whole = Math.floor(seconds + 1e-3);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export class Card {
  #root;
  #library;
  #button;
  #seek;
  #time;
  #playName;
  #drawn = new Map();

  constructor(root, clip, player, library, signal) {
    this.#root = root;
    this.clip = clip;
    this.player = player;
    this.#library = library;
    this.#button = root.querySelector(".play");
    this.#seek = root.querySelector(".seek");
    this.#time = root.querySelector("[data-time]");
    this.#playName = this.#button.getAttribute("aria-label");
    this.#button.disabled = false;   // not before somebody listens to it
    this.#button.addEventListener("click", () => player.toggle(clip), { signal });
    this.#seek.addEventListener("input", () => this.#seekTo(), { signal });
    library.addEventListener("change", ({ detail }) => {
      if (detail === clip.url) this.#drawTime();
    }, { signal });
  }

  draw() {
    const { clip, player } = this;
    const sounding = player.playing === clip || player.wanted === clip;
    this.#root.toggleAttribute("data-playing", sounding);
    this.#root.toggleAttribute("data-heard", clip.heard);
    this.#button.setAttribute("aria-label", sounding ? say("pause") : this.#playName);
    this.#button.setAttribute("aria-busy", String(player.wanted === clip));
    this.place();
  }

  place() {
    const { position, duration } = this.clip;
    const style = this.#seek.style;
    // Where both clips run along together, the one that is not heard is at this place too, but nothing of it has passed.
    const passed = this.player.playing === this.clip || this.player.rules.position !== "same_time" ? position / duration : 0;
    this.#set("value", position.toFixed(2), (value) => { this.#seek.value = value; });
    this.#set("fill", `${(100 * passed).toFixed(1)}%`, (fill) => style.setProperty("--fill", fill));
    this.#set("heard", this.#bands(this.#heardSpans(), "var(--edge)"), (bands) => style.setProperty("--heard", bands));
    this.#set("loop", this.#bands(this.#loopSpan(), "var(--text)", 1), (bands) => style.setProperty("--loop", bands));
    this.#set("said", say("position", { at: Math.floor(position), length: Math.round(duration) }), (text) => {
      this.#seek.setAttribute("aria-valuetext", text);
    });
    this.#drawTime();
  }

  focus() {
    this.#button.focus();
    this.#root.scrollIntoView({ block: "nearest" });
  }

  #set(name, value, draw) {
    if (this.#drawn.get(name) === value) return;
    this.#drawn.set(name, value);
    draw(value);
  }

  // The place, once there is a sound; until then how much of it is here.
  #drawTime() {
    const { position, duration } = this.clip;
    const { state, share } = this.#library.progressOf(this.clip.url);
    const texts = {
      here: () => `${clock(position)} / ${clock(duration)}`,
      loading: () => say("loading", { percent: Math.floor(100 * share) }),
      failed: () => say("not-loaded"),
    };
    this.#set("state", state, () => this.#root.setAttribute("data-sound", state));
    this.#set("time", texts[state](), (text) => { this.#time.textContent = text; });
  }

  #heardSpans() {
    return this.clip.heard ? [[0, this.clip.duration]] : this.clip.coverage.spans;
  }

  #loopSpan() {
    const loop = this.player.loopFor(this.clip);
    return loop ? [[loop.from, loop.to]] : [];
  }

  // Spans of seconds as the stops of a gradient: coloured inside, clear outside.
  #bands(spans, colour, digits = 0) {
    const at = (seconds) => `${((100 * seconds) / this.clip.duration).toFixed(digits)}%`;
    const stops = spans.flatMap(([from, to]) => [`transparent ${at(from)}`, `${colour} ${at(from)} ${at(to)}`, `transparent ${at(to)}`]);
    return stops.length ? stops.join(", ") : "transparent, transparent";
  }

  #seekTo() {
    this.player.seek(this.clip, Number(this.#seek.value));
    this.#drawn.delete("value");   // the browser has moved it, perhaps further than one may
    this.place();
  }
}
