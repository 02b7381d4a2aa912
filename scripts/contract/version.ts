import packageJson from '../../package.json' with { type: 'json' };

/** The contract has the version of the product. */
export const version = packageJson.version;
