// What still stands between the rater and Submit: the first thing missing, or null.

// `clips`: {label, heard, played}; `groups`: {label, answered}; `listen`: "whole" or "any".
export function missing(clips, groups, listen) {
  const done = (clip) => (listen === "whole" ? clip.heard : clip.heard || clip.played > 0);
  const clip = clips.find((one) => !done(one));
  if (clip) return { word: listen === "whole" ? "listen" : "start", values: { clip: clip.label }, clip };
  const group = groups.find((one) => !one.answered);
  if (group) return { word: "answer", values: { criterion: group.label }, group };
  return null;
}
