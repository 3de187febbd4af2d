// Draws while something plays, as often as the eye needs it and no more: what moves here is a slider and a clock, and
// the time goes to the sound.

const BETWEEN = 50;   // milliseconds

export class Ticker {
  #draw;
  #isNeeded;
  #frame = 0;
  #last = 0;

  constructor(draw, isNeeded) {
    this.#draw = draw;
    this.#isNeeded = isNeeded;
  }

  // Runs until it is needed no more.
  start() {
    if (!this.#frame) this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #tick(now) {
    this.#frame = 0;
    if (!this.#isNeeded()) return;
    if (now - this.#last >= BETWEEN) {
      this.#last = now;
      this.#draw();
    }
    this.start();
  }
}
