// Whether this browser decodes FLAC to the very samples that it decodes WAV to. Only then do clips travel as FLAC, in
// fewer bytes: nobody may hear another sound because of the browser that they use.

const RATE = 32_000;
const FRAMES = 400;

// `FRAMES` stereo frames of 16 bits, as FLAC: the samples of `known`.
const PROBE = [
  "ZkxhQ4AAACIQABAAAAKMAAKMB9AC8AAAAZDDrGXaenGcRQNzR0i2P2Cb//h4iAABj4NM8GDwuvDX8PTxEfEu8Yi1uHjK/a/cGiB5",
  "XagIPqo9HTklf7HB1P+x09RPuR4bR7kbELI9uEBn+7jIlj+6hIX/mouKa7moqKa7eYUFd3mKi3N3iFhPNYiYx7NYBgRzOAiNIXnA",
  "NH7xkfHEqxkGj9Y0Ojyk4UOjyk4WDxuMrGwgtGVgQMxpgyEmIUwCBeFtFwo1K2gSLytwqFnKY4ChWmOEws5TXiYYetrwMEbcQIho",
  "hjiAMAARADIAyAdAB37lMcBQrK2i4UalbQJF4W0XCTEKYBAzCmDIQWjKxsILRlYPG5wodHlJwoHDtYUOjiVYyDR+sZHxpC84BgRv",
  "OAiNezWIWE81iJjHN3iJi3N3mFBXt5iopruahIX7mouJY/u4QGf7uMiVke5HhtHuRsQsn3I8Op/2OnqJ/2OnJKo9Gh9VHo+cgun8",
  "YCK6fwiagyn8YCbKqITRAAZAB0ACraw6v/HDQDoRVCKoRVCKoRVCKoRVAAACRFUIqhFUIqhFUIqhFUIqgAABIiqEVQiqEVQiqEVQ",
  "iqEVQAAAkRVCKoRVCKoRVCKoRVAAACRFUIqhFUIqhFUIqhFUIqgAABIiqEVQiqEVQiqEVQiqEVQAAAkRVCKoRVCKoRVCKoRVCKoA",
  "AASIqhFUIqhFUIqhFUIqgAABIiqEVQiqEVQiqEVQiqEVQAAAkRVCKoRVCKoRVCKoRVCKoAAASIqhFUIqhFUIqhFUIqhFUAAAJEVQ",
  "iqEVQiqEVQiqEVQAAAkRVCKoRVCKoRVCKoRVCKoAAASIqhFUIqhFUIqhFUIqhFUAAAJEVQiqEVQiqEVQiqEVQiqAAAEiKoRVCKoR",
  "VCKoRVCKoAAASIqhFUIqhFB9lQ==",
].join("");

// A slope with a little noise on it, other on the left than on the right: what a FLAC encoder has something to do with.
function known(n) {
  const left = 40 * (100 - Math.abs((n % 400) - 200)) + ((n * 7919) % 61);
  return [left, left - ((n * 104_729) % 97) - 50];
}

function knownAsWav() {
  const bytes = new DataView(new ArrayBuffer(44 + 4 * FRAMES));
  const write = (at, text) => [...text].forEach((letter, place) => bytes.setUint8(at + place, letter.charCodeAt(0)));
  write(0, "RIFF");
  bytes.setUint32(4, 36 + 4 * FRAMES, true);
  write(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);         // length of the format
  bytes.setUint16(20, 1, true);          // PCM
  bytes.setUint16(22, 2, true);          // channels
  bytes.setUint32(24, RATE, true);
  bytes.setUint32(28, 4 * RATE, true);   // bytes a second
  bytes.setUint16(32, 4, true);          // bytes a frame
  bytes.setUint16(34, 16, true);         // bits a sample
  write(36, "data");
  bytes.setUint32(40, 4 * FRAMES, true);
  for (let n = 0; n < FRAMES; n += 1) known(n).forEach((sample, channel) => bytes.setInt16(44 + 4 * n + 2 * channel, sample, true));
  return bytes.buffer;
}

async function decodesToTheSameSamples() {
  try {
    const context = new OfflineAudioContext(2, FRAMES, RATE);
    const flac = Uint8Array.from(atob(PROBE), (letter) => letter.charCodeAt(0)).buffer;
    const [one, other] = await Promise.all([context.decodeAudioData(flac), context.decodeAudioData(knownAsWav())]);
    const isSame = (channel) => {
      const samples = other.getChannelData(channel);
      return one.getChannelData(channel).every((sample, n) => sample === samples[n]);
    };
    return one.length === FRAMES && other.length === FRAMES && isSame(0) && isSame(1);
  } catch {
    return false;   // no FLAC, or no OfflineAudioContext: WAV it is
  }
}

let found = null;

// What to ask the server for, as an `Accept` header.
export function wantedType() {
  found ??= decodesToTheSameSamples().then((same) => (same ? "audio/flac, audio/wav;q=0.5" : "audio/wav"));
  return found;
}
