// Draws one clip: its button, its place, its tick. Holds no state of its own.

import { say } from "./words.js";

function clock(seconds) {
  const whole = Math.floor(seconds + 1e-3);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export class Card {
  #root;
  #button;
  #seek;
  #time;
  #playName;

  constructor(root, clip, player, signal) {
    this.#root = root;
    this.clip = clip;
    this.player = player;
    this.#button = root.querySelector(".play");
    this.#seek = root.querySelector(".seek");
    this.#time = root.querySelector("[data-time]");
    this.#playName = this.#button.getAttribute("aria-label");
    this.#button.addEventListener("click", () => player.toggle(clip), { signal });
    this.#seek.addEventListener("input", () => this.#seekTo(), { signal });
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
    this.#seek.value = position;
    this.#seek.style.setProperty("--fill", `${(100 * position) / duration}%`);
    this.#seek.style.setProperty("--heard", this.#bands(this.#heardSpans(), "var(--edge)"));
    this.#seek.style.setProperty("--loop", this.#bands(this.#loopSpan(), "var(--text)"));
    this.#seek.setAttribute("aria-valuetext", say("position", { at: Math.floor(position), length: Math.round(duration) }));
    this.#time.textContent = `${clock(position)} / ${clock(duration)}`;
  }

  focus() {
    this.#button.focus();
    this.#root.scrollIntoView({ block: "nearest" });
  }

  #heardSpans() {
    return this.clip.heard ? [[0, this.clip.duration]] : this.clip.coverage.spans;
  }

  #loopSpan() {
    const loop = this.player.loopFor(this.clip);
    return loop ? [[loop.from, loop.to]] : [];
  }

  // Spans of seconds as the stops of a gradient: coloured inside, clear outside.
  #bands(spans, colour) {
    const at = (seconds) => `${((100 * seconds) / this.clip.duration).toFixed(2)}%`;
    const stops = spans.flatMap(([from, to]) => [`transparent ${at(from)}`, `${colour} ${at(from)} ${at(to)}`, `transparent ${at(to)}`]);
    return stops.length ? stops.join(", ") : "transparent, transparent";
  }

  #seekTo() {
    this.player.seek(this.clip, Number(this.#seek.value));
    this.place();
  }
}
