import assert from 'node:assert/strict';
import { isReadyLine, lineReader, loadFailureIn, worthShowing } from './cli-output.ts';

describe('output of the firebase CLI', () => {
  it('comes in lines without colours, however it is cut', () => {
    const lines: string[] = [];
    const read = lineReader((line) => lines.push(line));
    for (const chunk of ['\u001b[32mfi', 'rst\u001b[39m\nsec', 'ond\n', 'unfinished']) read(chunk);
    assert.deepEqual(lines, ['first', 'second']);
  });

  it('says when everything is ready', () => {
    assert.ok(isReadyLine('│ ✔  All emulators ready! It is now safe to connect your app. │'));
    assert.ok(!isReadyLine('i  emulators: Starting emulators: auth, functions'));
  });

  it('says why the functions could not be loaded, with what was thrown', () => {
    const said =
      '⬢  functions: Failed to load function definition from source: FirebaseError: It may have a runtime error';
    const thrown = ['/lib/a.cjs:1', 'Error: no model here', '    at Module.load (node:internal)'];
    assert.equal(loadFailureIn([said]), 'It may have a runtime error');
    assert.equal(loadFailureIn([...thrown, said]), 'It may have a runtime error (Error: no model here)');
    assert.equal(loadFailureIn(['i  functions: Watching', 'Error: of something else']), undefined);
  });

  it('is shown where a person would want to know: warnings, redeliveries, reloads', () => {
    const shown = [
      '>  {"severity":"ERROR","message":"no","level":"error","uploadId":"upload-1","stack":"    at x"}',
      '>  {"severity":"WARNING","message":"again","stack":"    at x"}',
      'i  functions: europe-west4-a failed, delivery 2 of the same event in 200 ms',
      '✔  functions: Loaded functions definitions from source: a, b.',
    ];
    assert.deepEqual(shown.map(worthShowing), [
      'ERROR   no  uploadId=upload-1\n    at x',
      'WARNING again',
      'functions: europe-west4-a failed, delivery 2 of the same event in 200 ms',
      'functions: Loaded functions definitions from source: a, b.',
    ]);
    const quiet = [
      '>  {"severity":"INFO","message":"yes"}',
      '>  {"broken',
      'i  functions: Beginning execution of a',
      '',
    ];
    assert.deepEqual(quiet.map(worthShowing), [undefined, undefined, undefined, undefined]);
  });
});
