// The listening room by keyboard. One clip plays at a time; a mark is sent in the background as it is chosen.

const clips = [...document.querySelectorAll("[data-clip]")];
const sounds = clips.map((clip) => clip.querySelector("audio"));
const marks = { g: "good", d: "doubtful", b: "bad" };
let current = sounds.find(Boolean);

function play(sound) {
  if (!sound) return;
  current = sound;
  sound.currentTime = 0;
  sound.play();
}

function mark(value) {
  const choice = current?.closest("[data-clip]").querySelector(`input[name="mark"][value="${value}"]`);
  if (!choice) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
}

async function save(form) {
  const button = form.querySelector("button");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  button.textContent = answer.ok ? "Saved" : "Not saved";
}

function follow(rel) {
  document.querySelector(`a[rel="${rel}"]`)?.click();
}

for (const sound of sounds.filter(Boolean)) {
  sound.addEventListener("play", () => {
    current = sound;
    for (const other of sounds) if (other && other !== sound) other.pause();
  });
}

document.addEventListener("change", (event) => {
  if (event.target.name === "mark") save(event.target.form);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=radio]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[1-9]$/.test(event.key)) play(sounds[Number(event.key) - 1]);
  else if (event.key === " " && current) current.paused ? current.play() : current.pause();
  else if (event.key in marks) mark(marks[event.key]);
  else if (event.key === "n") follow("next");
  else if (event.key === "p") follow("prev");
  else return;
  event.preventDefault();
});
