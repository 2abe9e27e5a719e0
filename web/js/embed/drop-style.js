/** Looks of <insitu-drop>: a host changes them by custom properties and by ::part(). */
export const STYLE = `
:host {
  color-scheme: light dark;
  display: block;
  font: 0.875rem / 1.4 var(--insitu-font, system-ui, sans-serif);
  color: var(--insitu-text, light-dark(#1a1f1f, #e6eaea));
  --line: var(--insitu-line, light-dark(#7c8787, #77827f));
  --quiet: var(--insitu-quiet, light-dark(#566060, #a3adad));
  --accent: var(--insitu-accent, light-dark(#0b6a6a, #58bdb6));
  --surface: var(--insitu-surface, light-dark(#ffffff, #1b1f1f));
  --bad: var(--insitu-bad, light-dark(#a3281e, #ff9d90));
}
:host([hidden]) { display: none; }
.area {
  border: 1px dashed var(--line);
  border-radius: 6px;
  background: var(--surface);
  padding: 16px;
  text-align: center;
}
.area.over { border-style: solid; border-color: var(--accent); }
button, select {
  font: inherit;
  color: inherit;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 6px;
  min-height: 36px;
  padding: 0 12px;
}
select { max-width: 100%; }
button { color: var(--accent); border-color: var(--accent); cursor: pointer; }
button:disabled, select:disabled { opacity: 0.6; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
p { margin: 8px 0 0; }
.quiet { color: var(--quiet); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.bad { color: var(--bad); }
progress { width: 100%; max-width: 20rem; height: 8px; accent-color: var(--accent); }
ul { list-style: none; margin: 8px 0 0; padding: 0; }
li {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 12px;
  align-items: center;
  border-top: 1px solid color-mix(in srgb, var(--line) 40%, transparent);
  padding: 8px 0;
}
.file { flex: 1 1 8rem; min-width: 0; overflow-wrap: anywhere; }
.says { flex: 2 1 12rem; font-variant-numeric: tabular-nums; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
