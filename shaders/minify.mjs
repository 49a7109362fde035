/**
 * WGSL in fewer bytes: without comments and needless spaces, and with short names for what is local to a function. All
 * other names stay: pieces of shaders are joined later, and the host declares constants in front of them.
 */
export function minify(shader) {
  const code = compact(shader.replace(/\/\*[^]*?\*\//g, ' ').replace(/\/\/.*/g, ''));
  let result = '';
  let end = 0;
  for (const { index } of code.matchAll(/\bfn \w+\(/g)) {
    result += code.slice(end, index);
    end = endOfBlock(code, code.indexOf('{', index));
    result += withShortLocals(code.slice(index, end));
  }
  return result + code.slice(end);
}

function compact(code) {
  return code
    .replace(/\s+/g, ' ')
    .replace(/ ?(>=|->|&&|[;{}(),[\]:=<+*/%|]) ?/g, '$1')
    .replace(/ ?> ?(?!=)/g, '>') // what ends a type's parameters is no >=
    .replace(/(?<!-) ?- ?(?![->])/g, '-') // nor are two of these one
    .replace(/,([)}])/g, '$1')
    .trim();
}

function endOfBlock(code, start) {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    if (code[at] === '{') depth++;
    if (code[at] === '}' && --depth === 0) return at + 1;
  }
  throw new Error(`a block is not closed: ${code.slice(start, start + 40)}`);
}

/** A name where it is used: not a member, an attribute or a function. */
const NAME = /(?<![\w.@])[a-z_]\w*\b(?!\()/gi;

/** A function with its parameters and variables named a, b, c, and so on. */
function withShortLocals(code) {
  const [head] = /^[^{]*/.exec(code);
  const parameters = [...head.matchAll(/\b(\w+):/g)];
  const variables = [...code.matchAll(/\b(?:let|var|const) (\w+)\b/g)];
  const locals = new Set([...parameters, ...variables].map(([, name]) => name));
  const others = new Set([...code.matchAll(/[a-z_]\w*/gi)].map(([name]) => name).filter((name) => !locals.has(name)));
  const free = shortNames(others);
  const short = new Map([...locals].map((name) => [name, free.next().value]));
  return code.replace(NAME, (name) => short.get(name) ?? name);
}

function* shortNames(taken) {
  for (let i = 0; ; i++) {
    const name = String.fromCharCode(97 + (i % 26)) + (i < 26 ? '' : Math.floor(i / 26));
    if (!taken.has(name)) yield name;
  }
}
