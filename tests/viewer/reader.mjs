// A reader of the page: opens it as one would, and tells what there is to see.  Knows the page's parts by their names for
// screen readers where they have one; judges nothing.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built, launch, watch } from '../browser/browser.mjs';

export const WIDE = { width: 1280, height: 720 }, PHONE = { width: 390, height: 844 };
export const axe = readFileSync(`${built}/browser/node_modules/axe-core/axe.min.js`, 'utf8');
const folder = resolve(process.argv[2]);
const browser = await launch();
export const close = () => browser.close();
export const file = (name) => `${folder}/${name}`;
export const source = (name) => readFileSync(file(`${name}.html`), 'utf8');

// What any page complained of, with the page's name: the last test looks here.
export const complaints = [];

export async function visit(url, { viewport = WIDE, clock = false, ...options } = {}) {
  const context = await browser.newContext({ viewport, offline: true, colorScheme: 'light', ...options });
  const page = await context.newPage(), here = watch(page);
  if (clock) await page.clock.install();
  await page.goto(url);
  const close = async () => {
    complaints.push(...here.map((complaint) => `${url.replace(/.*\//, '')}: ${complaint}`));
    await context.close();
  };
  return { page, close };
}

export async function open(name, { link = '', ...options } = {}) {
  const { page, close } = await visit(pathToFileURL(file(`${name}.html`)).href + link, options);
  await page.locator('#narrator').filter({ hasText: /./ }).waitFor();
  return { page, close, press: (...keys) => pressAll(page, keys), see: () => page.evaluate(see), walk: () => page.evaluate(`(${walk})(${see})`) };
}

async function pressAll(page, keys) {
  for (const key of keys) await page.keyboard.press(key);
}

// What one sees; runs in the page.
function see() {
  const text = (id) => document.getElementById(id).textContent.replace(/\s+/g, ' ').trim();
  const rows = [...document.querySelectorAll('#ladder [role=option]')], selected = rows.find((row) => row.ariaSelected === 'true');
  const [at, of] = text('position').split(' / ').map((words) => Number(words.replace(/,/g, '')));
  return {
    at, of, what: text('what'), who: text('who'), narrator: text('narrator'), hash: location.hash, found: text('found'),
    number: document.querySelector('#what .number')?.textContent ?? '',
    hardware: [...document.querySelectorAll('#machine tr')].map((row) => row.textContent),
    details: text('details'), quiz: text('quiz'), score: document.querySelector('#quiz .score')?.textContent ?? '', rest: text('rest'), warnings: text('warnings'),
    heads: [...document.querySelectorAll('.head b')].map((head) => head.textContent),
    drawn: rows.map((row) => Number(row.id.slice(4))), selected: selected ? Number(selected.id.slice(4)) : 0, name: selected?.textContent ?? '',
    size: Number(rows[0]?.ariaSetSize ?? 0), active: document.getElementById('ladder').getAttribute('aria-activedescendant'),
    focus: document.activeElement.id || document.activeElement.tagName.toLowerCase(),
  };
}

// Walks from the first row to the last, at most 500, and tells what each looked like; runs in the page.
function walk(look) {
  const press = (key) => document.getElementById('ladder').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })), seen = [];
  press('Home');
  for (let here = look(); ; here = look()) {
    seen.push(here);
    if (here.at === here.of || seen.length === 500) return seen;
    press('ArrowRight');
  }
}

// Complaints in one line each, from pairs of a claim and whether it holds.
export const claims = (list) => Object.entries(list).filter(([, holds]) => !holds).map(([claim]) => `it does not hold that ${claim}`);
export const differs = (what, saw, expected) => (JSON.stringify(saw) === JSON.stringify(expected) ? [] : [`${what}: saw ${JSON.stringify(saw)}, expected ${JSON.stringify(expected)}`]);
