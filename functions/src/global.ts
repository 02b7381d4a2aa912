// Loaded once, before any function: setting the options in every bundle would warn about doing it twice.
import { setGlobalOptions } from 'firebase-functions/v2/options';
import { config, region, secrets, servedFunction } from './config.ts';

setGlobalOptions({ region, secrets: Object.values(secrets) });

// An instance that lacks a value must not start; at deploy time, when functions are only discovered, there are none.
if (servedFunction) config();
