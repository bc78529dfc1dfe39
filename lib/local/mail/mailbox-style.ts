/** The whole style of the mailbox; colours follow the system's light or dark scheme. */
export const MAILBOX_STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#f6f7f9, #101318); --card: light-dark(#fff, #181c23);
  --ink: light-dark(#171b22, #e8ebf0); --soft: light-dark(#59616e, #9aa4b2); --line: light-dark(#dfe3e9, #2a303a);
  --edge: light-dark(#7b8492, #6d7785);
  --accent: light-dark(#0b63c5, #7db8ff); --tint: light-dark(#e8f1fd, #14263d); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.35rem; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: .25rem 0 0; color: var(--soft); }
a { color: var(--accent); }
a:focus-visible, input:focus-visible, button:focus-visible, iframe:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 1.25rem 0; }
[role=status] { margin-bottom: .5rem; }
label { flex: 1 1 14rem; font-size: .875rem; color: var(--soft); }
input { display: block; width: 100%; margin-top: .25rem; }
input, button { min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--edge); border-radius: .5rem; }
button { font-weight: 600; cursor: pointer; }
.mails { margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: .75rem 1rem; color: inherit; text-decoration: none; }
.mails a:hover { background: var(--tint); }
.mails a:focus-visible { outline-offset: -3px; }
.subject { font-weight: 600; overflow-wrap: anywhere; }
.people { grid-column: 1; overflow-wrap: anywhere; }
.people, time { font-size: .875rem; color: var(--soft); }
time { font-variant-numeric: tabular-nums; }
.empty { padding: 3rem 1rem; text-align: center; background: var(--card); border: 1px dashed var(--line); border-radius: .75rem; }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .25rem 1rem; margin: 1rem 0; font-size: .9375rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.tabs { display: flex; gap: .25rem; margin-top: 1rem; }
.tabs a { padding: .5rem 1rem; min-height: 2.75rem; color: var(--soft); text-decoration: none; border-radius: .5rem .5rem 0 0; }
.tabs a[aria-current] { color: var(--ink); font-weight: 600; background: var(--card); box-shadow: inset 0 3px var(--accent); }
.body { background: var(--card); border: 1px solid var(--line); border-radius: 0 .75rem .75rem .75rem; overflow: hidden; }
iframe { display: block; width: 100%; height: 70vh; border: 0; background: #fff; color-scheme: light; }
pre { margin: 0; padding: 1rem; font: .9375rem/1.6 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 32rem) { .mails a { grid-template-columns: minmax(0, 1fr); } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
`
