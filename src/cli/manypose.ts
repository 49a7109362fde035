#!/usr/bin/env node
import { runCommandLine } from './run.ts';

// A reader that has seen enough, as `head` has, ends the command; that is no fault of either.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

// Dawn's threads would keep the process from ending by itself.
process.exit(await runCommandLine(process.argv.slice(2)));
