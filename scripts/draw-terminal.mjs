/** Draws docs/terminal.svg, the picture in the README, from what pgm really prints. Build first. Needs Linux. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawTerminal } from './docs/terminal/draw.mjs';
import { rowsOf } from './docs/terminal/screen.mjs';
import { columns, tellStory, title } from './docs/terminal/story.mjs';

const rows = rowsOf(await tellStory());
const picture = fileURLToPath(new URL('../docs/terminal.svg', import.meta.url));
writeFileSync(picture, drawTerminal(rows, { columns, title }));
