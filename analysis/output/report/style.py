"""The report's one style sheet. `STYLE_SOURCE` is what a content security policy must allow for it."""

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark;
  --ground: #f4f1eb; --surface: #fffdfa; --text: #221e19; --muted: #625a4e; --line: #dcd5c8; --accent: #9c4705;
  --accent-soft: #f8e6d3; --data-first: #2a6db0; --data-second: #c2620a; --data-neutral: #8f877a; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #131417; --surface: #1c1e22; --text: #efece6; --muted: #aba69c; --line: #33363d; --accent: #f3a95c;
  --accent-soft: #3a2c1c; --data-first: #6fabea; --data-second: #f0a04b; --data-neutral: #8a8d94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 17px/1.55 system-ui, -apple-system,
  "Segoe UI", Roboto,
  "Helvetica Neue", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
main { max-width: 68rem; margin: 0 auto; padding: 24px 20px 80px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 24px 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 1.3rem; margin: 56px 0 12px; } h3 { font-size: 1.05rem; margin: 32px 0 8px; }
p, li { max-width: 68ch; } .lead { font-size: 1.1rem; } .faint, caption, figcaption { color: var(--muted); }
.banner { background: var(--accent-soft); border-left: 4px solid var(--accent); padding: 12px 16px;
  border-radius: 4px; }
.banner strong { display: block; }
.cards { columns: 19rem; column-gap: 20px; }
article { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px 10px;
  margin: 0 0 20px; break-inside: avoid; }
article h3 { margin: 0 0 6px; } article p.none { margin: 6px 0; }
ul.answers { list-style: none; padding: 0; margin: 0; }
ul.answers li { padding: 9px 0 9px 24px; position: relative; } ul.answers li + li { border-top: 1px solid var(--line); }
ul.answers li::before { content: ""; position: absolute; left: 2px; top: 17px; width: 10px; height: 10px;
  border-radius: 50%; border: 2px solid var(--accent); }
ul.answers li.decided { font-weight: 600; } ul.answers li.decided::before { background: var(--accent); }
ul.answers small { display: block; font-weight: 400; font-size: .85rem; color: var(--muted); }
.figures { columns: 24rem; column-gap: 20px; }
figure { margin: 0 0 20px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px;
  padding: 16px; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; max-width: 34rem; margin: 0 auto; } figcaption {
  font-size: .85rem; }
.wide { overflow-x: auto; margin: 16px 0; } table { border-collapse: collapse; font-size: .9rem; min-width: 100%; }
caption { text-align: left; padding: 4px 0 8px; } th, td { padding: 7px 14px 7px 0; text-align: right;
  white-space: nowrap;
  border-bottom: 1px solid var(--line); } th:first-child { text-align: left; } thead th { color: var(--muted);
  font-weight: 500; } tbody th { font-weight: 500; }
details { margin: 12px 0; } summary { cursor: pointer; padding: 8px 0; min-height: 44px; }
nav a { color: var(--accent); margin-right: 16px; display: inline-block; padding: 6px 0; }
@media (max-width: 30rem) { main { padding: 8px 14px 60px; } figure { padding: 10px 6px; } h1 { font-size: 1.5rem; } }
@media print { body { background: #fff; } }
"""

STYLE_SOURCE = "'sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode() + "'"
