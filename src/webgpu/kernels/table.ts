import type { Layer } from '../../network/network.ts';
import type { Capabilities } from '../capabilities.ts';
import { ADAPTIVE_CONV } from './adaptive-conv/variants.ts';
import { maximum, mean } from './cellwise.ts';
import { plainConv } from './conv/plain.ts';
import { fuse } from './fuse.ts';
import type { AnyVariant, AnyVariants, OperationVariants, Step } from './variant.ts';

/**
 * Every operation's kernels. What is measured to be faster on some hardware joins its operation's `special` ones; those of
 * operations that few networks have are loaded with one that does.
 */
const VARIANTS: { readonly [Op in Layer['op']]: OperationVariants<Extract<Layer, { op: Op }>> } = {
  conv: { plain: plainConv, special: [] },
  adaptiveConv: ADAPTIVE_CONV,
  fuse: { plain: fuse, special: [] },
  concat: { plain: async () => (await import('./concat.ts')).concat, special: [] },
  mean: { plain: mean, special: [] },
  maximum: { plain: maximum, special: [] },
  split: { plain: async () => (await import('./split.ts')).split, special: [] },
  groupConv: { plain: async () => (await import('./group-conv.ts')).groupConv, special: [] },
  transposedConv: { plain: async () => (await import('./transposed-conv.ts')).transposedConv, special: [] },
};

/** Which variant runs a layer. */
export type Choice = (step: Step<Layer>) => Promise<AnyVariant>;

async function choose(step: Step<Layer>, isGood: (special: AnyVariants['special'][number]) => boolean): Promise<AnyVariant> {
  const { plain, special }: AnyVariants = VARIANTS[step.layer.op];
  const found = special.find((variant) => variant.runs(step) && isGood(variant));
  if (found) return found.load();
  return typeof plain === 'function' ? plain() : plain;
}

/** The first variant that is a good choice for a layer on a device, else the plain one. */
export function chooseFor(capabilities: Capabilities): Choice {
  return (step) => choose(step, (variant) => variant.isBetter(step, capabilities));
}

/** Variants by their id, plain ones for layers that none of that id runs: for tests, which try them all. */
export function choosing(id: string): Choice {
  return (step) => choose(step, (variant) => variant.id === id);
}

/** The ids of an operation's variants. */
export function variantIds(op: Layer['op']): string[] {
  const { special }: AnyVariants = VARIANTS[op];
  return ['plain', ...special.map(({ id }) => id)];
}

/** The variant of every layer. Loads those that are not there. */
export async function variantsOf(
  layers: readonly Layer[],
  parts: Step<Layer>['parts'],
  choice: Choice,
): Promise<ReadonlyMap<Layer, AnyVariant>> {
  return new Map(await Promise.all(layers.map(async (layer) => [layer, await choice({ layer, parts })] as const)));
}
