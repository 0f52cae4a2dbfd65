// Code on the page: coloured a little, to be copied whole.
import { html, raw } from "hono/html";

export type Html = ReturnType<typeof html>;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Comments, strings, words of the language: enough for the eye. */
const tokens =
  /(?<comment>\/\/[^\n]*|(?<=^|\s)#[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?<word>\b(?:import|from|const|await|async|for|of|if|else|try|catch|throw|new|return|export)\b)/gm;

function coloured(text: string): string {
  let done = "";
  let at = 0;
  for (const match of text.matchAll(tokens)) {
    const kind = Object.entries(match.groups!).find(([, value]) => value !== undefined)![0];
    done += `${escaped(text.slice(at, match.index))}<span class="${kind}">${escaped(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return done + escaped(text.slice(at));
}

/** One way to write it: shown when its language is chosen, or always without one. */
export interface Way {
  readonly language?: "curl" | "ts";
  readonly text: string;
}

/** A block with a button that copies what is shown. */
export const code = (...ways: readonly Way[]): Html =>
  html`<div class="code">
    <button type="button" class="copy" aria-label="Copy this code">Copy</button>
    ${ways.map(
      ({ language, text }) =>
        html`<pre tabindex="0" ${language ? raw(`data-language="${language}"`) : ""}><code>${raw(coloured(text.trim()))}</code></pre>`,
    )}
  </div>`;

/** \`words\` and paragraphs of a description; nothing else of Markdown occurs in ours but **bold**. */
export const prose = (text: string): Html =>
  html`${text.split(/\n{2,}/).map(
    (paragraph) =>
      html`<p>
        ${raw(
          escaped(paragraph)
            .replaceAll(/`([^`]+)`/g, "<code>$1</code>")
            .replaceAll(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>"),
        )}
      </p>`,
  )}`;
