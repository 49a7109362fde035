#!/usr/bin/env node
import { runCommandLine } from './run.ts';

// Dawn's threads would keep the process from ending by itself.
process.exit(await runCommandLine(process.argv.slice(2)));
