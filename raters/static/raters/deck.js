// What sounds, and from which sample on. Knows nothing of pages: any BaseAudioContext will do, so that the
// very same code runs in an OfflineAudioContext where every sample that it makes can be looked at.

// A change is planned a little ahead, so that the audio thread learns of it before it is due (seconds).
export const LEAD = 0.005;
// On a busy machine more is needed, but never so much that a rater would notice it (seconds).
const MOST = 0.045;
// How long one sound takes to leave and the next to come; both ramps are linear and add up to one (seconds).
export const FADE = 0.008;
// A part that is repeated fades in at its start and out at its end: a bare seam clicks, and in each clip differently.
export const SEAM = 0.003;

// The samples of `buffer` from `from` to `to` (seconds, on whole samples), with both ends faded.
export function part(context, buffer, { from, to }) {
  const rate = buffer.sampleRate;
  const [first, last] = [Math.round(from * rate), Math.round(to * rate)];
  const cut = context.createBuffer(buffer.numberOfChannels, last - first, rate);
  const fade = Math.min(Math.round(SEAM * rate), (last - first) >> 1);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const samples = buffer.getChannelData(channel).slice(first, last);
    for (let n = 0; n < fade; n += 1) {
      samples[n] *= n / fade;
      samples[samples.length - 1 - n] *= n / fade;
    }
    cut.copyToChannel(samples, channel);
  }
  return cut;
}

// Where a sound is that started at `offset`, `elapsed` seconds later.
export function placeAfter(offset, elapsed, duration, loop) {
  if (!loop) return Math.min(duration, offset + elapsed);
  return loop.from + ((offset - loop.from + elapsed) % (loop.to - loop.from));
}

// How far ahead changes are planned: further where they were almost too late, and slowly back where there was time.
export class Lead {
  #least;
  #seconds;

  constructor(least = LEAD) {
    this.#least = this.#seconds = least;
  }

  // The output fetches `baseLatency` seconds in one go: what falls into them is too late already.
  from(context) {
    return context.currentTime + (context.baseLatency ?? 0) + this.#seconds;
  }

  // A change due at `at` has just been planned.
  learn(context, at) {
    const left = at - context.currentTime - (context.baseLatency ?? 0);
    this.#seconds = left < this.#least / 2 ? Math.min(MOST, 1.5 * this.#seconds) : Math.max(this.#least, 0.98 * this.#seconds);
  }
}

class Voice {
  // With `loop` ({from, to} in seconds) only that part sounds, again and again.
  constructor(context, output, buffer, loop) {
    this.duration = buffer.duration;
    this.loop = loop;
    this.released = false;
    this.gain = new GainNode(context, { gain: 0 });
    const heard = loop ? part(context, buffer, loop) : buffer;
    this.source = new AudioBufferSourceNode(context, { buffer: heard, loop: loop !== null });
    this.source.connect(this.gain).connect(output);
  }

  // From `offset` on, which lies in the loop where there is one.
  start(offset, at) {
    this.at = at;
    this.offset = offset;
    this.gain.gain.setValueAtTime(0, at);
    this.gain.gain.linearRampToValueAtTime(1, at + FADE);
    this.source.start(at, this.loop ? offset - this.loop.from : offset);
  }

  levelAt(time) {
    return Math.min(1, Math.max(0, (time - this.at) / FADE));
  }

  // Seconds of sound since the start, however often it came round.
  elapsedAt(time) {
    return Math.max(0, time - this.at);
  }

  positionAt(time) {
    return placeAfter(this.offset, this.elapsedAt(time), this.duration, this.loop);
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
  #lead;
  #voice = null;

  constructor(context, output = context.destination, lead = new Lead()) {
    this.#context = context;
    this.#output = output;
    this.#lead = lead;
  }

  // The next moment at which something may change, on a whole sample: no clip is heard through an interpolator.
  moment() {
    return this.#onSample(this.#lead.from(this.#context));
  }

  // Lets `buffer` sound from `offset` seconds on, in place of what sounds now. `onEnd` runs when the buffer has come
  // to its own end, not when something else takes its place. Answers the moment at which the change is heard.
  play(buffer, offset, onEnd = () => {}, loop = null) {
    const within = loop && { from: this.#onSample(loop.from), to: this.#onSample(loop.to) };
    const from = within && !(offset >= within.from && offset < within.to) ? within.from : offset;
    // Everything that takes time comes before the moment is fixed.
    const voice = new Voice(this.#context, this.#output, buffer, within);
    const at = this.moment();
    this.#release(at);
    voice.start(this.#onSample(from), at);
    this.#lead.learn(this.#context, at);
    voice.source.onended = () => {
      voice.disconnect();
      if (voice.released) return;
      this.#voice = null;
      onEnd();
    };
    this.#voice = voice;
    return at;
  }

  // Where the sound that plays was started: the beginning of a loop that did not hold the place asked for.
  get startedFrom() {
    return this.#voice?.offset ?? 0;
  }

  // Answers where the sound left its buffer (seconds), to go on from there later.
  stop() {
    const at = this.moment();
    const position = this.#voice?.positionAt(at) ?? 0;
    this.#release(at);
    return position;
  }

  // What sounds now: its place in its buffer, and how much of it has sounded since it was started (seconds).
  place() {
    return this.#placeAt(this.#context.currentTime);
  }

  // The same at the moment of the next change: a switch keeps this one.
  placeAtChange() {
    return this.#placeAt(this.moment());
  }

  #placeAt(time) {
    const voice = this.#voice;
    return voice ? { position: voice.positionAt(time), elapsed: voice.elapsedAt(time) } : { position: 0, elapsed: 0 };
  }

  #release(at) {
    this.#voice?.release(at);
    this.#voice = null;
  }

  #onSample(seconds) {
    return Math.ceil(seconds * this.#context.sampleRate - 1e-6) / this.#context.sampleRate;
  }
}
