#!/usr/bin/env node
import { ManyposeError, messageOf } from '../errors.ts';
import { convertCommand } from './convert.ts';
import { COPY_USAGE, copyCommand } from './copy.ts';
import { EVALUATE_USAGE, evaluateCommand } from './evaluate.ts';
import { MAPS_USAGE, mapsCommand } from './maps.ts';
import { POSE_USAGE, poseCommand } from './pose.ts';
import { TRAIN_SCORER_USAGE, trainScorerCommand } from './train-scorer.ts';

const USAGE = `Usage: manypose COMMAND ...

  pose          find people's poses in pictures
  copy          put the weights where a page can fetch them
  convert       turn a PyTorch checkpoint into files for the web
  evaluate      score poses against annotated photos
  train-scorer  train the net that predicts how right a pose is
  maps          run a network alone, for checking

'manypose COMMAND --help' tells more.`;

/** Runs one command line. Exit status: 0 done, 1 an error, 2 wrong usage. */
async function main([command, ...args]: string[]): Promise<number> {
  if (command === 'convert') return convertCommand(args);
  const known = {
    pose: { run: poseCommand, usage: POSE_USAGE },
    copy: { run: copyCommand, usage: COPY_USAGE },
    evaluate: { run: evaluateCommand, usage: EVALUATE_USAGE },
    maps: { run: mapsCommand, usage: MAPS_USAGE },
    'train-scorer': { run: trainScorerCommand, usage: TRAIN_SCORER_USAGE },
  }[command];
  if (!known) {
    const asked = command === '--help' || command === '-h';
    (asked ? console.log : console.error)(command === undefined || asked ? USAGE : `manypose: no command '${command}'\n\n${USAGE}`);
    return asked ? 0 : 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(`Usage: ${known.usage}`);
    return 0;
  }
  try {
    await known.run(args);
    return 0;
  } catch (error) {
    console.error(`manypose: ${messageOf(error)}`);
    const { code } = error as { code?: string };
    const wrongUsage = code?.startsWith('ERR_PARSE_ARGS') || (error instanceof ManyposeError && code === 'invalid-argument');
    return wrongUsage ? 2 : 1;
  }
}

// Dawn's threads would keep the process from ending by itself.
process.exit(await main(process.argv.slice(2)));
