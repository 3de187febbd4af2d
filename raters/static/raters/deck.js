// What sounds, and from which sample on. Knows nothing of pages: any BaseAudioContext will do, so that the
// very same code runs in an OfflineAudioContext where every sample that it makes can be looked at.

// A change is planned a little ahead, so that the audio thread learns of it before it is due (seconds).
export const LEAD = 0.005;
// How long one sound takes to leave and the next to come; both ramps are linear and add up to one (seconds).
export const FADE = 0.008;

class Voice {
  constructor(context, output, buffer, offset, at) {
    this.at = at;
    this.offset = offset;
    this.duration = buffer.duration;
    this.released = false;
    this.gain = new GainNode(context, { gain: 0 });
    this.source = new AudioBufferSourceNode(context, { buffer });
    this.source.connect(this.gain).connect(output);
    this.gain.gain.setValueAtTime(0, at);
    this.gain.gain.linearRampToValueAtTime(1, at + FADE);
    this.source.start(at, offset);
  }

  levelAt(time) {
    return Math.min(1, Math.max(0, (time - this.at) / FADE));
  }

  positionAt(time) {
    return Math.min(this.duration, this.offset + Math.max(0, time - this.at));
  }

  // Leaves from whatever level it has: cut short in its rise, the rise is rebuilt up to `at` on the same slope,
  // because cancelling a ramp would drop its part before `at` too (cancelAndHoldAtTime is not everywhere).
  release(at) {
    const level = this.gain.gain;
    this.released = true;
    if (at < this.at + FADE) {
      level.cancelScheduledValues(at);
      level.linearRampToValueAtTime(this.levelAt(at), at);
    } else {
      level.setValueAtTime(1, at);
    }
    level.linearRampToValueAtTime(0, at + FADE);
    this.source.stop(at + FADE);
  }

  disconnect() {
    this.source.disconnect();
    this.gain.disconnect();
  }
}

export class Deck {
  #context;
  #output;
  #voice = null;

  constructor(context, output = context.destination) {
    this.#context = context;
    this.#output = output;
  }

  // The next moment at which something may change, on a whole sample: no clip is heard through an interpolator.
  moment() {
    const lead = Math.max(LEAD, this.#context.baseLatency ?? 0);
    return this.#onSample(this.#context.currentTime + lead);
  }

  // Lets `buffer` sound from `offset` seconds on, in place of what sounds now. `onEnd` runs when the buffer has come
  // to its own end, not when something else takes its place. Answers the moment at which the change is heard.
  play(buffer, offset, onEnd = () => {}) {
    const at = this.moment();
    this.#release(at);
    const voice = new Voice(this.#context, this.#output, buffer, this.#onSample(offset), at);
    voice.source.onended = () => {
      voice.disconnect();
      if (voice.released) return;
      this.#voice = null;
      onEnd();
    };
    this.#voice = voice;
    return at;
  }

  // Answers where the sound left its buffer (seconds), to go on from there later.
  stop() {
    const at = this.moment();
    const position = this.#voice?.positionAt(at) ?? 0;
    this.#release(at);
    return position;
  }

  position() {
    return this.#voice?.positionAt(this.#context.currentTime) ?? 0;
  }

  // Where the sound will be at the moment of the next change: a switch keeps this one.
  positionAtChange() {
    return this.#voice?.positionAt(this.moment()) ?? 0;
  }

  #release(at) {
    this.#voice?.release(at);
    this.#voice = null;
  }

  #onSample(seconds) {
    return Math.ceil(seconds * this.#context.sampleRate - 1e-6) / this.#context.sampleRate;
  }
}
