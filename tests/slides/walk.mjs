// Walks the built deck in Chromium, without a network, and complains of what a lecturer would: a word that is cut off or
// too small, a picture that is missing, a key that does nothing.  Knows the deck only as a page with slides.
import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, run, watch } from '../browser/browser.mjs';

const [deck, figures] = process.argv.slice(2);
const html = readFileSync(deck, 'utf8');
const url = pathToFileURL(resolve(deck)).href;
const SMALLEST_TEXT = 24;        // px on a 1280×720 slide
const SMALLEST_IN_DRAWINGS = 10.5; // px of the least word on a drawing, once it is scaled to its place

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, offline: true });

async function open(suffix = '') {
  const page = await context.newPage();
  const complaints = watch(page);
  await page.goto(url + suffix);
  await page.waitForFunction(() => window.Reveal?.isReady());
  return { page, complaints };
}

const { page, complaints } = await open();
const slides = await page.evaluate(() => Reveal.getTotalSlides());

// Visits every slide with all its fragments shown and gathers what `look`, which runs in the page, complains of there.
async function everySlide(look, argument) {
  const found = [];
  for (let i = 0; i < slides; i++) {
    await page.evaluate((n) => { Reveal.slide(n, 0); while (Reveal.nextFragment()); }, i);
    const here = await page.evaluate(look, argument);
    found.push(...here.map((complaint) => `slide ${i + 1}: ${complaint}`));
  }
  return found;
}

/* ---- what runs in the page ---- */

function lookForOverflow() {
  const slide = Reveal.getCurrentSlide();
  const number = document.querySelector('.slide-number').getBoundingClientRect();
  const name = (element) => `<${element.tagName.toLowerCase()}> "${element.textContent.trim().slice(0, 40)}"`;
  const complaints = [];
  for (const element of [slide, ...slide.querySelectorAll('*')]) {
    if (element.closest('.notes') || !element.getClientRects().length) continue;
    const box = element.getBoundingClientRect();
    if (box.left < -0.5 || box.top < -0.5 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5)
      complaints.push(`${name(element)} leaves the screen`);
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth && getComputedStyle(element).display !== 'inline')
      complaints.push(`${name(element)} is wider than its place`);
    if (element.scrollHeight > element.clientHeight + 1 && ['SECTION', 'PRE'].includes(element.tagName))
      complaints.push(`${name(element)} is taller than its place`);
    if (element !== slide && box.right > number.left && box.left < number.right && box.bottom > number.top)
      complaints.push(`${name(element)} runs into the slide's number`);
  }
  const parts = [...slide.children].filter((part) => !part.matches('.notes') && part.getClientRects().length);
  for (const [i, part] of parts.entries())
    for (const other of parts.slice(i + 1)) {
      const a = part.getBoundingClientRect(), b = other.getBoundingClientRect();
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
        complaints.push(`${name(part)} overlaps ${name(other)}`);
    }
  return complaints;
}

function lookForSmallText(smallest) {
  const complaints = [];
  const walker = document.createTreeWalker(Reveal.getCurrentSlide(), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement;
    if (!text || parent.closest('.notes') || !parent.getClientRects().length) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize) * Reveal.getScale();
    if (size < smallest - 0.01) complaints.push(`"${text.slice(0, 40)}" is ${size.toFixed(1)} px`);
  }
  return complaints;
}

// The drawings of the slide shown: what they are, and by how much they are scaled to their place.
function drawings() {
  return [...Reveal.getCurrentSlide().querySelectorAll('img')].map((img) => ({
    source: img.src, alt: img.alt, width: img.naturalWidth,
    scale: Math.min(img.clientWidth / img.naturalWidth, img.clientHeight / img.naturalHeight),
  }));
}

// Where the parts of every slide stand on it, to the pixel.
function places(slides) {
  return slides.map((slide) => {
    const { left, top } = slide.getBoundingClientRect();
    return [...slide.children].filter((part) => !part.matches('.notes, .slide-number-pdf')).map((part) => {
      const box = part.getBoundingClientRect();
      return [box.left - left, box.top - top, box.width, box.height].map(Math.round).join(' ');
    }).join(', ');
  });
}

/* ---- the tests ---- */

const tests = {
  fetches_nothing: () => {
    const found = html.match(/\b(?:src|href|srcset|poster|data)\s*=\s*["']?(?:https?:)?\/\/[^\s"'>]*|(?:url\(|@import)\s*["']?(?:https?:)?\/\/[^\s"')]*/gi) ?? [];
    return found.map((reference) => `refers to a network: ${reference.slice(0, 120)}`);
  },

  every_slide_fits: () => everySlide(lookForOverflow),

  text_is_large_enough: () => everySlide(lookForSmallText, SMALLEST_TEXT),

  every_figure_was_recorded: async () => {
    const left = new Map(readdirSync(figures).filter((file) => file.endsWith('.svg'))
      .map((file) => [readFileSync(`${figures}/${file}`).toString('base64'), file]));
    const found = left.size >= 4 ? [] : [`only ${left.size} drawings in ${figures}`];
    for (let i = 0; i < slides; i++) {
      await page.evaluate((n) => Reveal.slide(n), i);
      for (const { source, alt, width, scale } of await page.evaluate(drawings)) {
        const data = source.replace(/^data:image\/svg\+xml;base64,/, '');
        const file = left.get(data);
        if (!file) { found.push(`slide ${i + 1}: a picture that is none of ${figures}/*.svg, or is shown twice`); continue; }
        left.delete(data);
        if (!width) found.push(`slide ${i + 1}: ${file} is not drawn`);
        if (alt.length < 60) found.push(`slide ${i + 1}: ${file} has no description for those who cannot see it`);
        const svg = Buffer.from(data, 'base64').toString();
        const unit = width / Number(/viewBox="[\d.]+ [\d.]+ ([\d.]+)/.exec(svg)[1]); // px: Graphviz counts in points
        const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map((match) => match[1] * unit * scale);
        if (Math.min(...sizes) < SMALLEST_IN_DRAWINGS)
          found.push(`slide ${i + 1}: ${file} has text of ${Math.min(...sizes).toFixed(1)} px`);
      }
    }
    return [...found, ...[...left.values()].map((file) => `${file} is on no slide`)];
  },

  prediction_before_each_figure: () => page.evaluate(() => Reveal.getSlides().flatMap((slide, i, all) => {
    if (!slide.querySelector('img')) return [];
    return [
      all[i - 1].querySelector('.predict') ? [] : [`slide ${i + 1} shows a figure, and slide ${i} asks for no prediction`],
      slide.querySelector('.room') ? [] : [`slide ${i + 1} shows a figure and asks nothing`],
    ].flat();
  })),

  keys_walk_the_deck: async () => {
    const at = () => page.evaluate(() => Reveal.getIndices().h);
    await page.evaluate(() => Reveal.slide(0));
    const seen = new Set([await at()]);
    for (let presses = 0; !await page.evaluate(() => Reveal.isLastSlide()); presses++) {
      if (presses > 10 * slides) return [`the right arrow is stuck on slide ${await at() + 1}`];
      await page.keyboard.press('ArrowRight');
      seen.add(await at());
    }
    const found = seen.size === slides ? [] : [`the right arrow showed ${seen.size} of ${slides} slides`];
    await page.keyboard.press('ArrowLeft');
    while (await page.evaluate(() => Reveal.availableFragments().prev)) await page.keyboard.press('ArrowLeft');
    if (await at() > slides - 1 || await at() < slides - 2) found.push(`the left arrow led to slide ${await at() + 1}`);
    await page.keyboard.press('Home');
    if (await at() !== 0) found.push('Home does not lead to the first slide');
    await page.keyboard.press('Escape');
    if (!await page.evaluate(() => Reveal.isOverview())) found.push('Escape does not show the overview');
    await page.keyboard.press('Escape');
    return found;
  },

  speaker_has_notes: async () => {
    const found = await page.evaluate(() => Reveal.getSlides().flatMap((slide, i) =>
      slide.querySelector('aside.notes')?.textContent.trim() ? [] : [`slide ${i + 1} has no notes`]));
    await page.evaluate(() => Reveal.slide(1));
    const notes = await page.evaluate(() => Reveal.getCurrentSlide().querySelector('aside.notes').textContent.trim().slice(0, 40));
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('s')]);
    const theirs = watch(popup);
    try {
      await popup.waitForFunction((words) => document.querySelector('.speaker-controls-notes')?.textContent.includes(words), notes);
    } catch {
      found.push('the speaker\'s window does not show the notes');
    }
    await popup.close();
    return [...found, ...theirs];
  },

  prints_as_it_is_shown: async () => {
    const shown = [];
    for (let i = 0; i < slides; i++) {
      await page.evaluate((n) => Reveal.slide(n), i);
      shown.push(...await page.evaluate(`(${places})([Reveal.getCurrentSlide()])`));
    }
    const print = await open('?print-pdf');
    // The pages are laid out some frames after the deck is ready.
    await print.page.waitForFunction((n) => document.querySelectorAll('.pdf-page').length >= n, slides);
    const printed = await print.page.evaluate(`(${places})([...document.querySelectorAll('.pdf-page > section')])`);
    const pdf = (await print.page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    await print.page.close();
    const pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    const found = pages === slides ? [] : [`${pages} pages for ${slides} slides`];
    printed.forEach((place, i) => { if (place !== shown[i]) found.push(`slide ${i + 1} is laid out otherwise: ${place} for ${shown[i]}`); });
    return [...found, ...print.complaints];
  },

  // Last: whatever the page complained of while it was walked.
  no_complaint_from_the_browser: () => complaints,
};

try {
  await run('slides', tests);
} finally {
  await browser.close();
}
