import { ManyposeError, messageOf } from '../errors.ts';
import { printable, printableLines } from '../printable.ts';
import { ABLATE_USAGE, ablateCommand } from './ablate.ts';
import { CONVERT_USAGE, convertCommand } from './convert.ts';
import { COPY_USAGE, copyCommand } from './copy.ts';
import { EVALUATE_USAGE, evaluateCommand } from './evaluate.ts';
import { FRONTIER_USAGE, frontierCommand } from './frontier.ts';
import { INFO_USAGE, infoCommand } from './info.ts';
import { MAPS_USAGE, mapsCommand } from './maps.ts';
import { POSE_USAGE, poseCommand } from './pose.ts';
import { TRAIN_SCORER_USAGE, trainScorerCommand } from './train-scorer.ts';
import { TUNE_USAGE, tuneCommand } from './tune.ts';

const USAGE = `Usage: manypose COMMAND ...

  pose          find people's poses in pictures
  copy          put the weights where a page can fetch them
  convert       turn a PyTorch checkpoint into files for the web
  evaluate      score poses against annotated photos
  frontier      show what accuracy costs
  tune          decode in many ways, to choose one
  ablate        show what each part is worth
  train-scorer  train the net that predicts how right a pose is
  info          say how large a model and the known networks are
  maps          run a network alone, for checking

'manypose COMMAND --help' tells more.`;

interface Command {
  /** The exit status, 0 if left out; errors are thrown. */
  run(args: string[]): Promise<number | void>;
  readonly usage: string;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  pose: { run: poseCommand, usage: POSE_USAGE },
  copy: { run: copyCommand, usage: COPY_USAGE },
  convert: { run: convertCommand, usage: CONVERT_USAGE },
  evaluate: { run: evaluateCommand, usage: EVALUATE_USAGE },
  tune: { run: tuneCommand, usage: TUNE_USAGE },
  ablate: { run: ablateCommand, usage: ABLATE_USAGE },
  frontier: { run: frontierCommand, usage: FRONTIER_USAGE },
  'train-scorer': { run: trainScorerCommand, usage: TRAIN_SCORER_USAGE },
  info: { run: infoCommand, usage: INFO_USAGE },
  maps: { run: mapsCommand, usage: MAPS_USAGE },
};

/**
 * Runs one command line: the one place where errors end, on standard error, with nothing in them that a terminal
 * would obey. Exit status: 0 done, 1 an error, 2 wrong usage.
 */
export async function runCommandLine([name, ...args]: readonly string[]): Promise<number> {
  const asked = (list: readonly (string | undefined)[]): boolean => list.includes('--help') || list.includes('-h');
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) {
    if (name === undefined) console.error(USAGE);
    else if (asked([name])) console.log(USAGE);
    else console.error(`manypose: no command '${printable(name)}'\n\n${USAGE}`);
    return asked([name]) ? 0 : 2;
  }
  const { run, usage } = COMMANDS[name];
  if (asked(args)) {
    console.log(`Usage: ${usage}`);
    return 0;
  }
  try {
    return (await run(args)) ?? 0;
  } catch (error) {
    const message = messageOf(error);
    const { code } = error as { code?: string };
    const wrongUsage = code?.startsWith('ERR_PARSE_ARGS') || (error instanceof ManyposeError && code === 'invalid-argument');
    console.error(`manypose ${name}: ${printableLines(message)}`);
    if (wrongUsage && !message.includes(usage)) console.error(`'manypose ${name} --help' tells more.`);
    return wrongUsage ? 2 : 1;
  }
}
