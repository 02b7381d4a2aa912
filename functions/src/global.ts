// Loaded once, before any function: setting the options in every bundle would warn about doing it twice.
import { setGlobalOptions } from 'firebase-functions/v2/options';
import { region } from './config.ts';

setGlobalOptions({ region, maxInstances: 20, memory: '512MiB' });
