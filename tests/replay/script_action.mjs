// Runs the script of a script action with stand-ins for what the action gives it, and tells what it did as JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [file, tag, failing] = process.argv.slice(2);
const known = ['v1.28.0', 'v1.27.3', 'v1.27.2', 'v1.26.0'];
const release = (name, id) => ({ id, tag_name: name, name, draft: false, prerelease: name.includes('-'), published_at: `2024-01-0${id}` });
const done = { badge: false, outputs: {}, failed: false };
const answer = (data) => {
  if (failing === 'yes') throw Object.assign(new Error('unreachable'), { status: 500 });
  return { data };
};
const listed = () => known.map((name, at) => release(name, 5 - at));
const set = (fields, edits) => {
  const moves = fields.make_latest !== undefined ? String(fields.make_latest) !== 'false' : !edits || fields.draft === false;
  if (moves && !fields.draft && !fields.prerelease) done.badge = true;
  return { data: { id: 9, ...fields } };
};
const repos = {
  listReleases: async () => answer(listed()),
  getLatestRelease: async () => answer(release('v1.28.0', 4)),
  listTags: async () => answer(known.map((name) => ({ name }))),
  getReleaseByTag: async ({ tag: name }) => answer({ ...release(name, 9), draft: true }),
  createRelease: async (fields) => set(fields, false),
  updateRelease: async (fields) => set(fields, true),
};
const github = { rest: { repos }, repos, paginate: async (method) => (await method()).data };
const core = {
  setOutput: (name, value) => { done.outputs[name] = typeof value === 'string' ? value : JSON.stringify(value ?? ''); },
  setFailed: () => { done.failed = true; },
  info: () => {}, warning: () => {}, error: () => {}, notice: () => {}, debug: () => {},
};
const context = { ref: `refs/tags/${tag}`, eventName: 'push', sha: 'abc', repo: { owner: 'o', repo: 'r' }, payload: { ref: `refs/tags/${tag}` } };
globalThis.fetch = async () => ({ ok: failing !== 'yes', status: failing === 'yes' ? 500 : 200, json: async () => (failing === 'yes' ? { message: 'no' } : release('v1.28.0', 4)) });
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
const code = readFileSync(file, 'utf8').replaceAll('${{ github.ref_name }}', tag);
const log = console.log;
console.log = () => {};
try {
  const result = await new AsyncFunction('github', 'context', 'core', 'require', code)(github, context, core, createRequire(import.meta.url));
  if (result !== undefined) done.outputs.result = JSON.stringify(result);
} catch {
  done.failed = true;
}
log(JSON.stringify(done));
