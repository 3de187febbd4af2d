// Draws while something plays, as often as the eye needs it and no more: what moves here is a slider and a clock, and
// every frame that is asked for costs the browser far more than what is drawn in it.

const BETWEEN = 66;   // milliseconds

export class Ticker {
  #draw;
  #isNeeded;
  #timer = 0;
  #frame = 0;

  constructor(draw, isNeeded) {
    this.#draw = draw;
    this.#isNeeded = isNeeded;
  }

  // Runs until it is needed no more.
  start() {
    this.#timer ||= setTimeout(() => this.#tick(), BETWEEN);
  }

  stop() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#timer = 0;
  }

  #tick() {
    this.#timer = 0;
    if (!this.#isNeeded()) return;
    // Drawn with the screen's next frame; in a tab that is not seen there is none, and nothing needs to be drawn.
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
    this.start();
  }
}
