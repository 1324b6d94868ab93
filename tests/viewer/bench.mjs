// Measures a page: making it, opening it, stepping through it.  Prints medians; judges nothing.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from '../browser/browser.mjs';

const [trapflow, folder, ...options] = process.argv.slice(2);
const RUNS = 5, STEPS = 240;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const times = async (what) => {
  const list = [];
  for (let i = 0; i < RUNS; i++) list.push(await what());
  return median(list);
};

// The CPU's time tells what the work is, whatever else the machine does meanwhile.
const made = { cpu: 0 };

function makePage(name, ...how) {
  const command = [trapflow, 'render', `${folder}/million.trap`, '-f', 'html', '-o', `${folder}/${name}.html`, ...how];
  const start = performance.now(), result = spawnSync('sh', ['-c', '"$@" && times', 'sh', ...command], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  made.cpu = [...result.stdout.trim().split('\n').at(-1).matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + 60 * minutes + Number(seconds), 0);
  return performance.now() - start;
}

// From the first byte read to the first step shown, as the page's own clock has it.
async function openPage(browser, name) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const start = performance.now();
  await page.goto(pathToFileURL(resolve(`${folder}/${name}.html`)).href);
  await page.locator('#narrator').filter({ hasText: /./ }).waitFor();
  const took = performance.now() - start;
  await page.close();
  return took;
}

// One step a frame, by the key that a reader would hold down: how long frames are, and what the page itself needs of each.
async function stepThrough(browser, name) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(`${pathToFileURL(resolve(`${folder}/${name}.html`)).href}#step=30`);
  await page.locator('#narrator').filter({ hasText: /./ }).waitFor();
  const { frames, work } = await page.evaluate((steps) => new Promise((done) => {
    const seen = { frames: [], work: [] };
    const atEnd = () => { const [at, of] = document.getElementById('position').textContent.split(' / '); return at === of; };
    let last = 0, key = 'ArrowRight';
    const frame = (now) => {
      if (last) seen.frames.push(now - last);
      last = now;
      const start = performance.now();
      document.getElementById('ladder').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      void document.body.offsetHeight; // layout, too
      seen.work.push(performance.now() - start);
      key = atEnd() ? 'Home' : 'ArrowRight';
      if (seen.work.length < steps) requestAnimationFrame(frame);
      else done(seen);
    };
    requestAnimationFrame(frame);
  }), STEPS);
  await page.close();
  return { frame: median(frames), work: median(work), slow: work.sort((a, b) => a - b)[Math.floor(STEPS * 0.95)] };
}

const browser = await launch();
try {
  const result = {};
  for (const [name, what, ...how] of [['folded', 'folded, as by default'], ['rows', 'its first 100,000 rows', '--fold', '0']]) {
    const make = await times(() => makePage(name, ...how)), open = await times(() => openPage(browser, name)), { frame, work, slow } = await stepThrough(browser, name);
    result[name] = { make_ms: Math.round(make), make_cpu_ms: Math.round(1000 * made.cpu), bytes: statSync(`${folder}/${name}.html`).size, open_ms: Math.round(open), frames_per_s: Math.round(1000 / frame), step_ms: Number(work.toFixed(2)), step_95_ms: Number(slow.toFixed(2)) };
    if (!options.includes('--json'))
      console.log(`a million events, ${what}\n  made in ${(make / 1000).toFixed(2)} s, ${made.cpu.toFixed(2)} s of them on the CPU (${(result[name].bytes / 1e6).toFixed(1)} MB), opens in ${(open / 1000).toFixed(2)} s\n  one step a frame: ${result[name].frames_per_s} frames a second; a step costs ${work.toFixed(2)} ms, 95 of 100 under ${slow.toFixed(2)} ms`);
  }
  if (options.includes('--json')) console.log(JSON.stringify(result));
} finally {
  await browser.close();
}
