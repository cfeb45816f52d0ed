// Asks GitHub's own evaluator. Argument: the folder of the package @actions/expressions.
// Reads [[expression, contexts, {function: [fewest, most arguments, answer]}], …] from standard input, writes for each what becomes of it:
// {refused: why} where it does not parse, {error: why} where it has no value, {value: …} else.
import {pathToFileURL} from "node:url";

const {Lexer, Parser, Evaluator, data} = await import(pathToFileURL(process.argv[2] + "/dist/index.js"));

// JSON has no NaN and no -0: a number goes as ["number", text].
function plain(value) {
  switch (value.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.Number:
      return ["number", Object.is(value.value, -0) ? "-0" : String(value.value)];
    case data.Kind.Array:
      return ["list", value.values().map(plain)];
    case data.Kind.Dictionary:
      return ["mapping", value.pairs().map(pair => [pair.key, plain(pair.value)])];
    default:
      return value.value;
  }
}

const revived = new Map();
function contextsOf(contexts) {
  const text = JSON.stringify(contexts);
  if (!revived.has(text)) revived.set(text, JSON.parse(text, data.reviver));
  return revived.get(text);
}

function functionOf([name, [minArgs, maxArgs, answer]]) {
  const value = JSON.parse(JSON.stringify(answer), data.reviver);
  return {name, description: "", minArgs, maxArgs, call: () => value};
}

function judge([expression, contexts, functions]) {
  const given = Object.entries(functions).map(functionOf);
  let tree;
  try {
    // The template reader trims what stands in ${{ }} before it parses it.
    tree = new Parser(new Lexer(expression.trim()).lex().tokens, Object.keys(contexts), given).parse();
  } catch (error) {
    return {refused: error.message};
  }
  if (tree === undefined) return {refused: "nothing"};
  try {
    const called = new Map(given.map(one => [one.name.toLowerCase(), one]));
    return {value: plain(new Evaluator(tree, contextsOf(contexts), called).evaluate())};
  } catch (error) {
    return {error: error.message};
  }
}

let input = "";
for await (const chunk of process.stdin) input += chunk;
process.stdout.write(JSON.stringify(JSON.parse(input).map(judge)));
