/** SVG as text, without a document: charts are made in Node too. */

/** For light and for dark. */
type Color = readonly [light: string, dark: string];

/** Colours that are told apart with any sort of colour vision (Okabe & Ito's), lighter ones on dark. */
export const DISTINCT_COLORS = {
  blue: ['#0072b2', '#56b4e9'],
  orange: ['#c8500a', '#f08a4b'],
  green: ['#00805d', '#34c99a'],
  purple: ['#a3518a', '#d99ac2'],
  yellow: ['#8a6d00', '#e6c35c'],
  grey: ['#6e7781', '#8b949e'],
} as const satisfies Readonly<Record<string, Color>>;

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; numbers are rounded to hundredths, text in `children` must be escaped (`text` does). */
export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? String(Math.round(value * 100) / 100) : value!)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return tag('text', { x, y, ...attributes }, escaped(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return tag('line', { x1, y1, x2, y2, class: className });
}

/** Text that may stand between tags. */
export function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A number's place on an axis. */
export type Scale = (value: number) => number;

export function linear([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Steps of 1, 2 or 5 times a power of ten from 0 to beyond `max`, about `count` of them. */
export function ticksUpTo(max: number, count: number): number[] {
  const rough = Math.max(max, 1e-6) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999)!;
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, i) => (Math.round(((i * step) / step) * 1e6) / 1e6) * step);
}

/**
 * A whole picture on a background of its own, light or dark as its viewer's system is.
 *
 * @param colors custom properties (`--name`) with a colour for light and one for dark.
 * @param title what the picture shows, also for those who cannot see it.
 */
export function picture(
  width: number,
  height: number,
  title: string,
  colors: Readonly<Record<string, Color>>,
  ...children: string[]
): string {
  const all = {
    '--paper': ['#ffffff', '#0d1117'],
    '--ink': ['#1f2328', '#e6edf3'],
    '--soft': ['#59636e', '#9198a1'],
    '--rule': ['#d1d9e0', '#3d444d'],
    ...colors,
  };
  const set = (dark: 0 | 1): string =>
    Object.entries(all)
      .map(([name, pair]) => `${name}:${pair[dark]}`)
      .join(';');
  const style =
    `svg{${set(0)}}@media(prefers-color-scheme:dark){svg{${set(1)}}}` +
    'text{fill:var(--ink);font:12px system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif}' +
    '.title{font-size:16px;font-weight:600}.panel{font-size:13px;font-weight:600}.soft{fill:var(--soft)}' +
    '.paper{fill:var(--paper)}.rule{stroke:var(--rule);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}' +
    '.mark{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3}';
  return tag(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' },
    tag('title', {}, escaped(title)),
    tag('style', {}, style),
    tag('rect', { width, height, class: 'paper' }),
    ...children,
  );
}
