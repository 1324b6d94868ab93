// For authors, not a test: a picture of every slide of a deck, all its fragments shown, to be looked at.
//   TRAPBOOK_B=build node tests/browser/shots.mjs build/slides/trapbook.html OUT-FOLDER
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, watch } from './browser.mjs';

const [deck, out] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const complaints = watch(page);
  await page.goto(pathToFileURL(resolve(deck)).href);
  await page.waitForFunction(() => window.Reveal?.isReady());
  const slides = await page.evaluate(() => Reveal.getTotalSlides());
  for (let i = 0; i < slides; i++) {
    await page.evaluate((n) => { Reveal.slide(n, 0); while (Reveal.nextFragment()); }, i);
    await page.screenshot({ path: `${out}/${String(i + 1).padStart(2, '0')}.png` });
  }
  console.log(`${slides} slides in ${out}`, ...complaints);
} finally {
  await browser.close();
}
