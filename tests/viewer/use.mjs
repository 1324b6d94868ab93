// Uses the pages as their readers do, and complains of what those would.  No test looks at a clock: where the page plays,
// its timers are the test's own.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built, run } from '../browser/browser.mjs';
import { WIDE, PHONE, axe, claims, close, complaints, differs, file, open, source, visit } from './reader.mjs';
import { everythingFits } from './fits.mjs';

const PRODUCERS = ['bare', 'trap', 'two', 'signals', 'witness', 'hostile', 'folded', 'stacks', 'parties'];

async function using(name, options, use) {
  const reader = await open(name, options);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}


// What axe-core finds wrong for those who read by other means than most.
async function violations(page) {
  await page.evaluate(axe);
  const { violations: list } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return list.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)} ${nodes[0].failureSummary.replace(/\s+/g, ' ')}`);
}

// Step numbers with the lanes that they must stand in, the lecture's own.
const lanesOfSteps = (seen, classes) => seen.flatMap(({ number, who, at }) => {
  const expected = number && classes.find(([steps]) => steps.includes(number));
  return expected && !who.startsWith(expected[1]) ? [`step ${number} (row ${at}) is said to be in ${who}, not in ${expected[1]}`] : [];
});

const tests = {
  nine_steps_stand_in_their_lanes: () => using('trap', {}, async (reader) => {
    const seen = await reader.walk(), numbers = seen.map(({ number }) => number).join('');
    return [
      ...claims({ 'two calls take nine steps each': numbers.includes('123456789123456789') }),
      ...lanesOfSteps(seen, [['1237', 'hypervisor'], ['6', 'hypervisor'], ['45', 'tickos'], ['89', 'getppid-loop']]),
      ...seen.filter(({ number, hardware }) => number && hardware.length !== 4).map(({ number }) => `step ${number} does not say what hardware does`),
    ];
  }),

  seven_steps_stand_in_their_lanes: () => using('bare', {}, async (reader) => {
    const seen = await reader.walk();
    return [
      ...claims({ 'a call takes seven steps': seen.map(({ number }) => number).join('').includes('1234567') }),
      ...lanesOfSteps(seen, [['12345', 'tickos'], ['67', 'hello']]),
      ...seen.filter(({ number, hardware }) => number && hardware.length !== 3).map(({ number }) => `step ${number} does not say what hardware does`),
    ];
  }),

  two_machines_take_turns: () => using('two', {}, async ({ see }) => {
    const { heads } = await see();
    return claims({ 'both guest OSes have a lane': heads.includes('tickos') && heads.includes('yieldos') });
  }),

  every_producer_is_told_in_words: async () => {
    const found = [];
    for (const name of PRODUCERS)
      await using(name, {}, async (reader) => {
        for (const { narrator, what, at, selected, name: row } of (await reader.walk()).slice(0, 400)) {
          if (!/^[\p{Lu}\p{Ll}\p{N}/(].*\.$/u.test(narrator) || /\b(undefined|NaN)\b|\[object/.test(`${narrator} ${what} ${row}`)) found.push(`${name}, row ${at}: the narrator says "${narrator}" of "${what}"`);
          if (selected !== at) found.push(`${name}: row ${at} is shown and row ${selected} selected`);
        }
      });
    await using('witness', {}, async (reader) => {
      const seen = await reader.walk(), said = (kind) => seen.find(({ what }) => what.startsWith(kind))?.narrator ?? '';
      found.push(...claims({
        'what is read is told with its value': / reads \d+ from \w+/.test(said('read ')), 'what is written, too': / writes \d+ to \w+/.test(said('write ')),
        'no source line is taken for a value': !seen.some(({ narrator }) => /· line/.test(narrator)),
        'a thread that begins says who created it': seen.some(({ what, who }) => what === 'begins' && /created by main, step \d+/.test(who)),
        'a join says who let it go on': seen.some(({ what, who }) => what.includes('pthread_join') && /let go on by thread \d, step \d+/.test(who)),
      }));
    });
    return found;
  },

  keys_walk: () => using('trap', {}, async ({ press, see }) => {
    const places = [];
    for (const key of ['ArrowRight', 'j', 'ArrowDown', 'ArrowLeft', 'PageDown', 'k', 'PageUp', 'End', 'ArrowRight', 'Home', 'ArrowLeft']) {
      await press(key);
      places.push((await see()).at);
    }
    const { of } = await see();
    return differs('after → j ↓ ← PageDown k PageUp End → Home ←', places, [2, 3, 4, 3, 13, 12, 2, of, of, 1, 1]);
  }),

  a_click_shows_the_step: () => using('trap', {}, async ({ page, see, press }) => {
    await press('End');
    const row = page.locator('#ladder [role=option]', { hasText: '→ exit_group' });
    await row.click();
    const after = await see();
    return claims({
      'the row clicked is shown': after.what.includes('→ exit_group') && after.number === '3',
      'the row clicked is selected': after.selected === after.at && after.active === `row-${after.at}`,
      'its handler is told': /handler’s address\s*0x/.test(after.details),
    });
  }),

  a_call_tells_its_arguments: () => using('signals', {}, async ({ page, see, press }) => {
    await press('/');
    await page.keyboard.type('told');
    await press('Enter');
    const { details, what } = await see();
    return claims({ 'write is found': what.startsWith('write('), 'its arguments are told': /argument 3, in \w+/.test(details) && details.includes('told') });
  }),

  all_parties_tell_registers_and_stacks: () => using('parties', { link: '#step=3' }, async ({ page, press, see }) => {
    const { details } = await see();
    const parties = await page.locator('#details .party').allTextContents(), frames = await page.locator('#details ol li').allTextContents();
    await press('ArrowRight');
    const changed = await page.locator('.registers .changed').count(), values = await page.locator('.registers').first().innerText();
    return [
      ...differs('whose registers, then whose stacks', parties, ['process as of step 1', 'guest OS at this step', 'process as of step 1', 'guest OS at this step', 'hypervisor as of step 2']),
      ...claims({
        'every stack has its frames': frames.length === 6 && frames.every((frame) => /^0x/.test(frame)), 'registers have names': /rip\s*0x2010/.test(details),
        'no digit of 64 bits is lost': details.includes('0xffffffffffffffda'), 'what has changed is marked': changed === 16, 'and its value is the new one': /rax\s*0x1001/.test(values),
      }),
    ];
  }),

  a_program_tells_its_stacks: () => using('stacks', {}, async ({ page, press }) => {
    await press('/');
    await page.keyboard.type('write(');
    await press('Enter');
    const frames = await page.locator('#details ol li').allTextContents();
    return claims({ 'frames have names': frames.some((frame) => /write|main/.test(frame)), 'there are several': frames.length > 2 });
  }),

  it_says_what_was_recorded: async () => {
    const seen = await using('parties', {}, ({ page, see }) => Promise.all([see(), page.locator('#facts').textContent()]));
    const plain = await using('trap', {}, ({ see }) => see());
    return claims({
      'events and losses are told': /recorded \d+ events, 1,234 lost/.test(seen[1]), 'losses stand out': seen[0].warnings.includes('1,234 events were lost'),
      'a run that cannot be repeated says so': seen[0].warnings.includes('repeatable: false'), 'a good run has no warnings': plain.warnings === '',
    });
  },

  a_link_leads_to_a_step: async () => {
    const found = [];
    for (const [link, expected] of [['#step=12', 12], ['#step=1', 1], ['#step=999999', 56], ['#step=0', 1], ['#step=x', 1], ['#nowhere', 1]])
      await using('trap', { link, clock: true }, async ({ see }) => {
        const { at, of } = await see();
        found.push(...differs(link, at, expected === 56 ? of : expected));
      });
    await using('trap', { clock: true }, async ({ page, press, see }) => {
      await press('ArrowRight', 'ArrowRight');
      await page.clock.runFor(1000);
      found.push(...differs('the address after two steps', (await see()).hash, '#step=3'));
      await page.evaluate(() => { location.hash = '#step=7'; });
      await page.waitForFunction(() => document.querySelector('#position').textContent.startsWith('7 '));
    });
    return found;
  },

  it_plays_and_pauses: () => using('trap', { clock: true }, async ({ page, press, see }) => {
    await page.locator('#ladder').focus();
    await press(' ');
    await page.clock.runFor(3000);
    const playing = (await see()).at, pressed = await page.locator('#play').getAttribute('aria-pressed');
    await press(' ');
    await page.clock.runFor(5000);
    const still = (await see()).at;
    await page.locator('#speed').selectOption('60');
    await page.locator('#play').click();
    await page.clock.runFor(60000);
    const end = await see();
    return [
      ...differs('after three seconds, then a pause, then the end', [playing, still, end.at], [4, 4, end.of]),
      ...claims({ 'the button says that it plays': pressed === 'true', 'it stops at the end': (await page.locator('#play').getAttribute('aria-pressed')) === 'false', 'the end is told in full': end.details.length > 0 }),
    ];
  }),

  predicting_hides_what_comes: () => using('trap', { link: '#step=30', viewport: PHONE }, async ({ page, press, see }) => {
    await press('p');
    const before = await see(), asked = await page.locator('#quiz .choices').evaluate((box) => box.getBoundingClientRect().bottom < innerHeight);
    await press('9');
    const none = await see();
    const guesses = [];
    for (let i = 0; i < 6; i++) {
      await press('3');
      guesses.push((await see()).quiz);
    }
    const after = await see();
    await press('p');
    const off = await see();
    return [
      ...differs('rows below the current one while one guesses', before.drawn.filter((row) => row > 30), []),
      ...claims({
        'it asks': before.quiz.includes('Who is in control next?'),
        'a key without a lane is no guess': none.at === 30,
        'six guesses are counted': /of 6 right/.test(after.quiz),
        'some guesses were right and some wrong': guesses.some((text) => text.startsWith('Right')) && guesses.some((text) => text.startsWith('Not ')),
        'the narrator tells, too': /^(Right|Not )/.test(after.narrator), 'the question is seen first': asked,
        'a guess shows the next row': after.at === 36,
        'afterwards all rows are there again': off.drawn.some((row) => row > 36) && off.quiz === '',
      }),
      ...differs('the score', Number(/(\d+) of 6/.exec(after.score)?.[1]), guesses.filter((text) => text.startsWith('Right')).length),
    ];
  }),

  search_finds: () => using('trap', {}, async ({ page, press, see }) => {
    await press('/');
    await page.keyboard.type('→ GETPPID');
    const before = await see();
    await press('Enter');
    const first = await see();
    await press('Enter');
    const second = await see();
    await press('Shift+Enter');
    const back = await see();
    await page.keyboard.type('zzz');
    const none = await see();
    await press('Escape');
    const done = await see();
    return [
      ...claims({
        'hits are counted': before.found === '2', 'hits are marked': (await page.locator('.row.hit').count()) === 0,
        'Enter leads to the first': first.what.includes('→ getppid') && first.found === '1/2',
        'Enter again leads to the second': second.at > first.at && second.found === '2/2',
        'Shift+Enter leads back': back.at === first.at, 'nothing is found': none.found === 'none', 'Escape leaves': done.focus === 'ladder' && done.found === '',
      }),
    ];
  }),

  lanes_can_be_hidden: () => using('trap', {}, async ({ page, press, see }) => {
    const before = await see();
    await press('l', 'Tab', 'Tab', ' ', 'Escape');
    const after = await see();
    const seen = [];
    await press('Home');
    for (let i = 0; i < 12; i++) {
      await press('ArrowRight');
      seen.push((await see()).who);
    }
    await press('l', 'Tab', 'Tab', 'Tab', 'Enter', 'Escape');
    const all = await see();
    return [
      ...differs('the lanes that are left', after.heads, before.heads.slice(0, 2)),
      ...differs('the lanes after "show all"', all.heads, before.heads),
      ...claims({ 'its rows are gone': after.size < before.size && all.size === before.size, 'no step leads there': seen.every((who) => !who.startsWith('hypervisor')), 'the focus is back on the menu': after.focus === 'summary' }),
    ];
  }),

  it_zooms: () => using('trap', { link: '#step=20' }, async ({ page, press, see }) => {
    const height = () => page.locator('#ladder').evaluate((ladder) => ladder.clientHeight);
    const sizes = [await height()];
    for (const key of ['+', '0', '-', '-', '-', '-', '-']) {
      await press(key);
      sizes.push(await height());
    }
    const small = await see();
    return claims({ 'larger is larger': sizes[1] > sizes[0], '0 is as it was': sizes[2] === sizes[0], 'smaller is smaller': sizes[4] < sizes[3] && sizes[3] < sizes[0], 'it ends somewhere': sizes[7] === sizes[6] && (await page.locator('#smaller').isDisabled()), 'the step stays': small.at === 20 && small.selected === 20 });
  }),

  help_lists_the_keys: () => using('trap', {}, async ({ page, press, see }) => {
    await page.locator('#predict').focus();
    await press('?');
    const open = await page.locator('#keys').evaluate((dialog) => dialog.open), text = await page.locator('#keys').innerText();
    await press('ArrowRight');
    const still = (await see()).at;
    await page.locator('#letters').uncheck();
    await press('Escape');
    const focus = (await see()).focus;
    await press('p', 'j');
    const after = await see();
    return claims({ 'it opens': open, 'it tells of search and of guessing': /search/.test(text) && /guess/.test(text), 'keys below it rest': still === 1, 'Escape closes it': focus === 'predict', 'letters can be switched off': after.at === 1 && after.quiz === '' });
  }),

  everything_is_reached_by_tab: () => using('trap', {}, async ({ page, press }) => {
    const wanted = await page.evaluate(() => [...document.querySelectorAll('button, select, input, summary, #ladder, #panel, a.skip')].filter((element) => element.checkVisibility() && !element.disabled).map((element) => element.id || element.tagName.toLowerCase()));
    const reached = new Set(), blind = [];
    for (let i = 0; i < wanted.length + 3; i++) {
      await press('Tab');
      const { id, seen } = await page.evaluate(() => {
        const element = document.activeElement, shown = element.id === 'ladder' ? element.parentElement : element, style = getComputedStyle(shown);
        return { id: element.id || element.tagName.toLowerCase(), seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 };
      });
      reached.add(id);
      if (!seen && id !== 'body') blind.push(id);
    }
    return [...wanted.filter((id) => !reached.has(id)).map((id) => `Tab does not reach ${id}`), ...blind.map((id) => `one cannot see that ${id} has the focus`)];
  }),

  strangers_words_stay_words: async () => {
    const html = source('hostile'), found = claims({
      'the data cannot end its element': (html.match(/<\/script/g) ?? []).length === 2, 'no stranger opens one': (html.match(/<script/g) ?? []).length === 2,
      'no stranger names an image': !html.includes('<img'), 'the title is escaped': !source('titled').includes('</title><script>'),
    });
    await using('hostile', {}, async ({ page, press, see }) => {
      await press('/');
      await page.keyboard.type('title=1<');
      await press('Enter');
      const script = await see();
      await page.locator('#search').fill('onerror');
      await press('Enter');
      const image = await see();
      found.push(...claims({
        'a script is shown as it is': script.details.includes('</script><script>document.title=1</script>'),
        'control characters are told, not sent': image.details.includes('<img src=x onerror=alert(1)>"&amp;\\x01\\x1b[31m\\xff'),
        'no image was made': (await page.locator('img').count()) === 0, 'the title is the program’s': (await page.title()).includes('</script><b>"&quot;'),
      }));
    });
    await using('titled', {}, async ({ page }) => found.push(...differs('the title', await page.title(), '</title><script>document.title=2</script>')));
    return found;
  },

  nothing_can_be_fetched: () => using('trap', {}, async ({ page }) => {
    const refused = await page.evaluate(async () => {
      const seen = [];
      document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
      const image = new Image();
      image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
      const script = document.createElement('script');
      script.textContent = 'window.strangerRan = true';
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.body.append(image, script, style);
      const fetched = await fetch('data:,x').then(() => 'fetched', () => 'refused');
      await new Promise((done) => setTimeout(done));
      return { seen, fetched, ran: window.strangerRan === true, shown: getComputedStyle(document.body).display };
    });
    return claims({ 'a stranger’s script does not run': !refused.ran, 'nor a stranger’s style': refused.shown !== 'none', 'nothing is fetched': refused.fetched === 'refused', 'images are refused': refused.seen.some((name) => name.startsWith('img')) });
  }).then((found) => {
    // The browser logged what it refused: that was asked for.
    for (let i = complaints.length - 1; i >= 0; i--) if (/Content Security Policy/i.test(complaints[i])) complaints.splice(i, 1);
    return found;
  }),

  a_hundred_thousand_rows_cost_what_fifty_do: () => using('hundred-thousand', { link: '#step=60000' }, async ({ page, press, see }) => {
    const before = await see(), found = [];
    await press('End');
    const end = await see();
    await press('Home', 'ArrowRight');
    const home = await see();
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    for (const { drawn, at, selected } of [before, end, home]) if (drawn.length > 200 || selected !== at) found.push(`at ${at}, ${drawn.length} rows are drawn and ${selected} is selected`);
    return [...found, ...claims({ 'all rows have a place': before.size === 100000, 'the link led there': before.at === 60000, 'few elements exist': nodes < 4000, 'there is a first and a last': home.at === 2 && end.at === 100000 }),
      ...claims({ 'what is left out is told, and how to see it': /more rows; to see them: --from \d+/.test(end.rest) })];
  }),

  repeats_are_folded: () => using('folded', {}, async (reader) => {
    const seen = await reader.walk(), fold = seen.find(({ what }) => what.startsWith('×'));
    return claims({ 'a loop is one row': fold !== undefined && seen.length < 40, 'the narrator says how often': /12,\d\d\d times in all/.test(fold?.narrator ?? '') });
  }),

  an_empty_window_says_so: () => using('nothing', {}, async ({ see, press }) => {
    await press('ArrowRight', 'End', 'Home', 'p', 'p', ' ', ' ');
    const { narrator, rest } = await see();
    return claims({ 'it says so': /no event/.test(rest) && /Nothing was recorded/.test(narrator) });
  }),

  it_fits_every_screen: async () => {
    const found = [];
    mkdirSync(file('shots'), { recursive: true });
    for (const [name, all] of [['trap', true], ['two', true], ['signals', true], ['bare', false], ['witness', false], ['folded', false]])
      for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]])
        for (const colorScheme of all ? ['light', 'dark'] : [size === 'wide' ? 'light' : 'dark'])
          await using(name, { viewport, colorScheme, link: '#step=9' }, async ({ page }) => {
            found.push(...(await page.evaluate(everythingFits)).map((complaint) => `${name}, ${size}, ${colorScheme}: ${complaint}`));
            await page.screenshot({ path: file(`shots/${name}-${size}-${colorScheme}.png`), animations: 'disabled' });
          });
    return found;
  },

  the_gallery_leads_to_three_ladders: async () => {
    const url = pathToFileURL(resolve(built, 'gallery/index.html')).href, found = [];
    for (const colorScheme of ['light', 'dark'])
      for (const viewport of [WIDE, PHONE]) {
        const { page, close: leave } = await visit(url, { viewport, colorScheme });
        const links = page.locator('.links a', { hasText: 'Step through' }), count = await links.count();
        found.push(...differs('links', count, 3), ...(await violations(page)).map((complaint) => `gallery: ${complaint}`));
        const { missing, wide } = await page.evaluate(() => ({ missing: [...document.images].filter((image) => !image.naturalWidth).length, wide: document.documentElement.scrollWidth - innerWidth }));
        found.push(...claims({ 'all pictures are there': missing === 0, 'it is as wide as the screen': wide <= 0 }));
        await page.screenshot({ path: file(`gallery-${viewport.width}-${colorScheme}.png`), fullPage: true });
        for (let i = 0; i < count && viewport === WIDE; i++) {
          await page.goto(url);
          await links.nth(i).click();
          await page.locator('#narrator').filter({ hasText: /system call/ }).waitFor();
          await page.keyboard.press('ArrowRight');
          found.push(...differs('the step after the one that a link leads to', await page.locator('#what .number').textContent(), '1'));
        }
        await leave();
      }
    return found;
  },

  everybody_can_read_it: async () => {
    const found = [];
    const look = async (name, page) => found.push(...(await violations(page)).map((complaint) => `${name}: ${complaint}`));
    for (const colorScheme of ['light', 'dark'])
      for (const viewport of [WIDE, PHONE])
        for (const name of colorScheme === 'light' ? ['trap', 'signals'] : ['trap'])
          await using(name, { viewport, colorScheme, bypassCSP: true, link: '#step=9' }, async ({ page, press }) => {
            const where = `${name}, ${viewport.width} px, ${colorScheme}`;
            await look(where, page);
            await press('p', '1', '2');
            await look(`${where}, predicting`, page);
            await press('p', 'l');
            await look(`${where}, lanes open`, page);
            await press('Escape');
            await page.locator('#help').click();
            await look(`${where}, keys shown`, page);
          });
    return found;
  },

  it_prints: () => using('two', { colorScheme: 'dark' }, async ({ page }) => {
    const pdf = (await page.pdf()).toString('latin1'), pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    const { drawn, of } = await page.evaluate(() => ({ drawn: document.querySelectorAll('#ladder [role=option]').length, of: document.querySelector('#ladder [role=option]').ariaSetSize }));
    await page.setViewportSize({ width: 718, height: 1000 }); // a sheet of paper is narrow, and no phone
    const apart = await page.evaluate(() => {
      const centre = (element) => { const { top, bottom } = element.getBoundingClientRect(); return (top + bottom) / 2; };
      return Math.abs(centre(document.querySelector('#lines .mark')) - centre(document.querySelector('.row .words')));
    });
    const controls = await page.locator('#controls').isVisible(), ink = await page.locator('.row .label').first().evaluate((label) => getComputedStyle(label).color);
    return [...differs('rows on paper', drawn, Number(of)), ...claims({ 'buttons are not printed': !controls, 'paper is white and ink dark': ink === 'rgb(29, 33, 38)', 'it takes more than a page': pages > 1, 'marks stand at their words': apart < 4 })];
  }),

  a_long_log_prints_its_beginning_and_says_so: () => using('hundred-thousand', { link: '#step=60000' }, async ({ page, see }) => {
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    const { drawn, rest } = await see(), height = await page.locator('#ladder').evaluate((ladder) => ladder.clientHeight);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    const after = await see();
    return [
      ...differs('rows on paper', [drawn[0], drawn.length], [1, 800]),
      ...claims({ 'no empty sheets follow': height < 50 * 800, 'what is left out is told': /99,200 more rows are not printed; to print them: --from \d+/.test(rest), 'afterwards all is as before': after.size === 100000 && after.at === 60000 && !after.rest.includes('print') }),
    ];
  }),

  motion_is_reduced_where_one_asks: async () => {
    const moves = (reducedMotion) => using('trap', { reducedMotion, link: '#step=30' }, async ({ page, press }) => {
      await press('ArrowRight');
      return page.locator('#token').evaluate((token) => parseFloat(getComputedStyle(token).transitionDuration) > 0);
    });
    return claims({ 'control glides': await moves('no-preference'), 'it jumps for who asked for that': !(await moves('reduce')) });
  },

  // Last: whatever any page complained of, and whatever it asked a network for.
  no_complaint_from_the_browser: () => complaints,
};

try {
  await run('viewer', tests);
} finally {
  await close();
}
