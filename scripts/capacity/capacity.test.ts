import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';
import { capacityPage } from './capacity.ts';
import { counted } from './counted.ts';

describe('the page on capacity and costs', () => {
  it('is what npm run capacity writes out of what was counted', () => {
    const page = fs.readFileSync(path.join(root, 'functions/docs/capacity.md'), 'utf8');
    assert.equal(page, capacityPage(counted()));
  });

  it('has at most 0.3 texts of Gemini an upload, at four uploads a day', () => {
    assert.match(capacityPage(counted()), /0\.3 texts of Gemini an upload/);
  });
});
