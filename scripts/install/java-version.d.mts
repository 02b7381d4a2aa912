export const oldestJava: number;
export const javaIsNeeded: string;
export function javaMajorVersion(env?: NodeJS.ProcessEnv): number;
