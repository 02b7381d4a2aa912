import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deployment } from '../../functions/src/deployment.ts';
import { startInstance } from '../bench/cold-start.ts';
import { markdownTable } from '../bench/tables.ts';
import { imagePackages, megabytesOf, productionPackages, uploadedFiles } from './image.ts';
import { npm } from '../install/npm.mjs';
import { buildFunctions } from '../lib/build-functions.ts';
import { root } from '../lib/root.ts';

const functions = path.join(root, 'functions');
const shown = 8;

/** Copies the upload to `folder`; gives its bytes. */
async function copyUpload(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await uploadedFiles()) {
    const copy = path.join(folder, file);
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    fs.copyFileSync(path.join(functions, file), copy);
    bytes += fs.statSync(copy).size;
  }
  return bytes;
}

async function install(folder: string): Promise<void> {
  const env = { ...process.env, NODE_ENV: 'production', ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const args = ['ci', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await npm({ label: 'image', node: process.execPath, args, cwd: folder, env });
  if (code !== 0) throw new Error('npm ci failed: is there a network, or a filled cache?');
}

/** The names of the functions, each of which has listened. */
async function startAll(source: string): Promise<string[]> {
  const names = Object.keys(deployment).sort();
  for (const target of names) {
    const instance = await startInstance(
      { source, target },
      {
        GCLOUD_PROJECT: 'demo-clarity-loop',
        RECORDINGS_BUCKET: 'demo-clarity-loop.appspot.com',
        VERTEX_LOCATION: 'europe-west4',
        VERTEX_MODEL: 'gemini-3.5-flash-lite',
        NARRATOR_TEXTS_A_DAY: '10000',
      },
    );
    instance.stop();
  }
  return names;
}

const mb = (megabytes: number): string => `${megabytes.toFixed(1)} MB`;

/**
 * Copies what `firebase deploy` uploads to a temporary folder, installs there as Cloud Build does, and starts every function from it.
 *
 * @returns what is left by its largest packages, for reading or as JSON
 * @throws Error without npm's registry or its cache
 */
export async function imageSize({ json }: { json: boolean }): Promise<string> {
  buildFunctions();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'image-'));
  try {
    const uploadMb = (await copyUpload(folder)) / 1e6;
    await install(folder);
    const started = await startAll(folder);
    const left = imagePackages(folder);
    const before = productionPackages();
    const sizes = {
      upload: { megabytes: uploadMb },
      production: { packages: before.length, megabytes: megabytesOf(before) },
      image: { packages: left.length, megabytes: megabytesOf(left), largest: left.slice(0, shown) },
      started,
    };
    if (json) return JSON.stringify(sizes, null, 2);
    const rows = [
      ['uploaded by firebase deploy', '', mb(uploadMb)],
      ['packages needed in production', String(before.length), mb(sizes.production.megabytes)],
      ['of these in the image, the others being bundled', String(left.length), mb(sizes.image.megabytes)],
      ...left
        .slice(0, shown)
        .map(({ folder, megabytes }) => [folder.replace(/^node_modules\//, ''), '', mb(megabytes)]),
    ];
    const table = markdownTable(['', 'packages', 'size'], rows);
    return `${table}\n\n${started.length} functions started from it.`;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
