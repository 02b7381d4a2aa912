import { command, flag, UsageError } from '../lib/command.ts';
import { runEmbedded } from '../start/embedded.ts';
import { start } from '../start/start.ts';

export default command({
  name: 'start',
  summary:
    'Builds the functions, starts the local stack, sends a sample week through it and stays until Ctrl-C.',
  options: {
    exit: flag('end afterwards, with exit code 0 only if the narrative arrived (npm run demo)'),
    embedded: flag('the same workflows in one process, without emulators and without Java'),
  },
  details: `The functions reload when their source changes. OTEL_EXPORTER_OTLP_ENDPOINT sends spans and metrics elsewhere
than to the local collector; LOCAL_STACK_DEBUG=1 keeps the debug log of the emulators.`,
  examples: [
    ['npm start', 'to develop against'],
    ['npm start -- --embedded', 'a first look, on any machine'],
  ],
  async run({ options: { exit, embedded } }) {
    if (exit && embedded) throw new UsageError('--embedded ends by itself: leave --exit out.');
    return embedded ? ((await runEmbedded()) ? 0 : 1) : start({ exit });
  },
});
