// `npm run import -- export.zip [--apply]`: an Apple Health export as recordings of the product, sent as the signed-in person.
import { runImport } from './run-import.ts';
import { readOptions, usage } from './options.ts';
import { interruption, Interrupted } from '../lib/interruption.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else process.exitCode = await runImport(options, interruption());
} catch (error) {
  if (error instanceof Interrupted) {
    console.error('\nimport: stopped. The same command goes on where it was.');
    process.exitCode = 130;
  } else {
    console.error(`import: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
