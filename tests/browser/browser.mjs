// What browser tests share: the system's Chromium, a watch on everything that a page complains of or asks for, and
// result lines like those of every other suite (tests/harness/results.h).  Knows nothing of any page.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export const built = resolve(process.env.TRAPBOOK_B || 'build');
const { chromium } = createRequire(`${built}/browser/`)('playwright-core');

// Nothing that a browser does on its own account may look like a request of the page.
const QUIET = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({ executablePath: process.env.TRAPBOOK_CHROMIUM || '/usr/bin/chromium', args: QUIET });

// Collects what goes wrong on a page, in its own words: errors it logs or throws, and whatever it asks of a network.
export function watch(page) {
  const complaints = [];
  const outside = (url) => !/^(file|data|blob|about):/.test(url);
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('request', (request) => { if (outside(request.url())) complaints.push(`asks the network for ${request.url()}`); });
  page.on('requestfailed', (request) => complaints.push(`request failed: ${request.url().slice(0, 200)}`));
  return complaints;
}

// A suite's tests, run one after the other: each returns its complaints, none of them means that it holds.
export async function run(suite, tests) {
  for (const [name, test] of Object.entries(tests)) {
    let complaints;
    try {
      complaints = await test();
    } catch (error) {
      complaints = [`the test itself broke: ${error.message}`];
    }
    report(suite, name, complaints);
  }
}

function report(suite, test, complaints) {
  const line = JSON.stringify({
    suite, test, verdict: complaints.length ? 'FAIL' : 'PASS', message: complaints.slice(0, 12).join('\n'),
  }).replace(/(?<!\\)((?:\\\\)*)\\n/g, '$1\\u000a');
  if (process.env.TRAPBOOK_RESULTS) appendFileSync(process.env.TRAPBOOK_RESULTS, `${line}\n`);
  else console.log(line);
}
