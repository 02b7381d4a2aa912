import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { languages, type Language } from '../../src/domain/languages.ts';
import { contentSecurityPolicy, reportPage } from '../../src/report/page.ts';
import { sampleOf } from '../support/build.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { reportOf, sampleWeekSamples } from '../support/report.ts';
import { skip } from '../support/skip.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Ignored by git; to be looked at after a change of the page. */
const pictures = path.join(import.meta.dirname, 'screenshots');
const widths = { phone: 390, desktop: 1280 };
const schemes = ['light', 'dark'] as const;

const executable = chromiumPath();

describe('the weekly report in Chromium', function () {
  this.timeout(60_000);
  let browser: Browser;
  let server: Server;
  let origin: string;
  const pages = new Map<string, string>();

  before(async function () {
    if (!executable) skip(this, 'install Chromium (apt-get install chromium) or set CHROMIUM_PATH');
    mkdirSync(pictures, { recursive: true });
    const samples = sampleWeekSamples({ days: 14 });
    for (const language of languages)
      pages.set(`/${language}`, reportPage(await reportOf(samples, language)));
    pages.set(
      '/sparse',
      reportPage(await reportOf([sampleOf('stepCount', '2025-06-10T10:00', { value: 10 })])),
    );
    // With the headers of the function, so that its policy counts as well as the page's own.
    server = createServer((request, response) => {
      const page = pages.get(request.url!);
      response.writeHead(page ? 200 : 404, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy,
      });
      response.end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium(executable);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  /** Opens a page, and fails if it said something on the console or asked for anything. */
  async function open(
    name: string,
    options: { width: number; scheme?: 'light' | 'dark' },
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: options.width, height: 900 },
      colorScheme: options.scheme ?? 'light',
    });
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    try {
      await page.goto(`${origin}/${name}`);
      await look(page);
      assert.deepEqual(said, []);
      assert.deepEqual(
        asked.filter((url) => !url.startsWith('data:')),
        [`${origin}/${name}`],
      );
    } finally {
      await context.close();
    }
  }

  /** Every rule of axe; what it objects to, as `rule: element`. Unfolded tables take it seconds. */
  async function objections(page: Page, { unfolded = false } = {}): Promise<string[]> {
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = ${unfolded}; })`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  }

  for (const [device, width] of Object.entries(widths)) {
    for (const scheme of schemes) {
      it(`fits a ${device} in ${scheme} colours, silently, and axe objects to nothing`, async () => {
        await open('en', { width, scheme }, async (page) => {
          await page.screenshot({ path: path.join(pictures, `${device}-${scheme}.png`), fullPage: true });
          const wide = await page.evaluate('document.documentElement.scrollWidth');
          assert.ok((wide as number) <= width, `${String(wide)} wide`);
          const unfolded = device === 'phone' ? scheme === 'light' : scheme === 'dark';
          assert.deepEqual(await objections(page, { unfolded }), []);
        });
      });
    }
  }

  for (const name of [...languages.filter((one): one is Exclude<Language, 'en'> => one !== 'en'), 'sparse']) {
    it(`fits a phone as well, and axe objects to nothing: ${name}`, async () => {
      await open(name, { width: widths.phone }, async (page) => {
        await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        assert.ok((wide as number) <= widths.phone, `${String(wide)} wide`);
        assert.deepEqual(await objections(page), []);
      });
    });
  }

  it('keeps every label of its pictures inside of them, at both widths', async () => {
    for (const width of Object.values(widths)) {
      await open('en', { width }, async (page) => {
        const outside =
          await page.evaluate(`[...document.querySelectorAll('svg.chart text')].filter((text) => {
          const [own, all] = [text, text.ownerSVGElement].map((element) => element.getBoundingClientRect());
          return own.left < all.left - 1 || own.right > all.right + 1 || own.top < all.top - 1 || own.bottom > all.bottom + 1;
        }).map((text) => text.textContent)`);
        assert.deepEqual(outside, []);
      });
    }
  });

  it('writes its labels large enough to be read', async () => {
    for (const width of Object.values(widths)) {
      await open('en', { width }, async (page) => {
        const smallest =
          await page.evaluate(`Math.min(...[...document.querySelectorAll('svg.chart text')].map((text) =>
          parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))`);
        assert.ok((smallest as number) >= 8.5, `${String(smallest)} px`);
      });
    }
  });

  it('can be read with the keyboard: past the contents, and into every table', async () => {
    await open('en', { width: widths.desktop }, async (page) => {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate('document.activeElement.className'), 'skip');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate('document.activeElement.id'), 'report');
      const summaries = await page.evaluate<number>('document.querySelectorAll("summary").length');
      for (let opened = 0, steps = 0; opened < summaries; steps++) {
        assert.ok(steps < 200, 'no way to the next table');
        await page.keyboard.press('Tab');
        if ((await page.evaluate('document.activeElement.tagName')) !== 'SUMMARY') continue;
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate('document.activeElement.parentElement.open'), true);
        opened++;
      }
    });
  });

  it('prints on A4 in light colours, also from a dark screen', async () => {
    await open('en', { width: widths.desktop, scheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const colours = await page.evaluate(
        `[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('section')).backgroundColor]`,
      );
      assert.deepEqual(colours, ['rgb(27, 34, 48)', 'rgb(255, 255, 255)']);
      const printed = await page.pdf({ preferCSSPageSize: true, path: path.join(pictures, 'print.pdf') });
      const sheets = printed.toString('latin1').match(/\/Type\s*\/Page\b/g)!.length;
      assert.ok(sheets <= 8, `${sheets} pages`);
    });
  });
});
