export function npmCommand(environment: NodeJS.ProcessEnv): readonly [string, ...string[]];
