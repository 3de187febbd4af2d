// What still stands between the rater and Submit: the first thing missing, or null.

// A clip that was heard in parts lacks some of them, and not its end.
function unheard(clip, listen) {
  if (listen !== "whole") return "start";
  const spans = clip.coverage.spans;
  return spans.length > 0 && clip.coverage.reach() < spans.at(-1)[1] ? "gaps" : "listen";
}

// `clips`: {label, heard, played, coverage}; `groups`: {label, answered, refused}; `listen`: "whole" or "any".
export function missing(clips, groups, listen) {
  const done = (clip) => (listen === "whole" ? clip.heard : clip.heard || clip.played > 0);
  const clip = clips.find((one) => !done(one));
  if (clip) return { word: unheard(clip, listen), values: { clip: clip.label }, clip };
  const group = groups.find((one) => !one.answered);
  if (group) return { word: "answer", values: { criterion: group.label }, group };
  const refused = groups.find((one) => one.refused);
  if (refused) return { word: "answer-again", values: { criterion: refused.label }, group: refused };
  return null;
}
