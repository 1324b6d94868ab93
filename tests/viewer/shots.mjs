// For authors, not a test: pictures of a page in every size and both colour schemes, to be looked at.
//   TRAPBOOK_B=build node tests/viewer/shots.mjs PAGE.html OUT-FOLDER [STEP]
import { mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, watch } from '../browser/browser.mjs';

const [file, out, step = '1'] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await launch();
try {
  for (const [size, viewport] of [['wide', { width: 1280, height: 720 }], ['phone', { width: 390, height: 844 }]])
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport, colorScheme, offline: true });
      const page = await context.newPage(), complaints = watch(page);
      await page.goto(`${pathToFileURL(resolve(file)).href}#step=${step}`);
      await page.waitForFunction(() => document.querySelector('#what').textContent);
      await page.screenshot({ path: `${out}/${basename(file, '.html')}-${size}-${colorScheme}.png` });
      if (complaints.length) console.log(size, colorScheme, ...complaints);
      await context.close();
    }
} finally {
  await browser.close();
}
