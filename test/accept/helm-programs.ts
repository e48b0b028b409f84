import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const CACHE = resolve(ROOT, process.env.HILO_CACHE ?? '.cache', 'go');
const HELM = 'helm.sh/helm/v3/cmd/helm@v3.22.0';
const KUBECONFORM = 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0';
/** Its module holds the OpenAPI document of the API server. */
const KUBERNETES = 'k8s.io/kubernetes@v1.36.3';
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

async function program(name: string, module: string): Promise<string> {
  const path = join(CACHE, 'bin', name);
  if (!existsSync(path)) await run('go', ['install', module], { env: { ...process.env, GOBIN: join(CACHE, 'bin') } });
  return path;
}

interface Definition {
  readonly properties?: Readonly<Record<string, object>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

/** An API definition as JSON Schema, strict: fields that Kubernetes does not know are faults. */
function asSchema(name: string, definition: Definition): object {
  if (name.endsWith('.IntOrString')) return { oneOf: [{ type: 'string' }, { type: 'integer' }] };
  if (name.endsWith('.Quantity')) return { oneOf: [{ type: 'string' }, { type: 'number' }] };
  return definition.properties === undefined ? definition : { ...definition, additionalProperties: false };
}

/** Writes the schemas of a Kubernetes release where kubeconform finds them; resolves with their location. */
async function schemas(): Promise<string> {
  const folder = join(CACHE, KUBERNETES.replace(/\W/g, '-'));
  const location = join(folder, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  if (existsSync(folder)) return location;
  const { stdout } = await run('go', ['mod', 'download', '-json', KUBERNETES], { cwd: '/' });
  const { Dir: source } = JSON.parse(stdout) as { Dir: string };
  const document = readFileSync(join(source, 'api/openapi-spec/swagger.json'), 'utf8').replaceAll(
    '"#/definitions/',
    '"_definitions.json#/definitions/',
  );
  const { definitions } = JSON.parse(document) as { definitions: Readonly<Record<string, Definition>> };
  mkdirSync(folder, { recursive: true });
  const strict = Object.entries(definitions).map(([name, definition]) => [name, asSchema(name, definition)] as const);
  writeFileSync(join(folder, '_definitions.json'), JSON.stringify({ definitions: Object.fromEntries(strict) }));
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      const file = [kind, group.split('.')[0], version]
        .filter((part) => part !== '')
        .join('-')
        .toLowerCase();
      writeFileSync(join(folder, `${file}.json`), JSON.stringify({ $ref: `_definitions.json#/definitions/${name}` }));
    }
  }
  return location;
}

/** Helm and kubeconform, built from their Go modules, and the schemas of a Kubernetes release. */
export class HelmPrograms {
  readonly #helm: string;
  readonly #kubeconform: string;
  readonly #schemas: string;

  private constructor(helm: string, kubeconform: string, location: string) {
    this.#helm = helm;
    this.#kubeconform = kubeconform;
    this.#schemas = location;
  }

  static async open(): Promise<HelmPrograms> {
    return new HelmPrograms(await program('helm', HELM), await program('kubeconform', KUBECONFORM), await schemas());
  }

  /** Rejects with what Helm finds wrong with a chart. */
  async lint(chart: string): Promise<void> {
    await run(this.#helm, ['lint', '--strict', chart], { cwd: ROOT });
  }

  /** The YAML that a chart makes from its values and these settings (`--set`). */
  async render(chart: string, ...settings: readonly string[]): Promise<string> {
    const set = settings.flatMap((setting) => ['--set', setting]);
    const args = ['template', 'hilo', chart, '--kube-version', '1.36.0', ...set];
    return (await run(this.#helm, args, { cwd: ROOT, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  }

  /** Compares YAML with the API's schemas; resolves with kubeconform's report. */
  validate(yaml: string): Promise<{ readonly valid: number; readonly faults: readonly string[] }> {
    return new Promise((resolve, reject) => {
      const args = ['-strict', '-summary', '-output', 'json', '-schema-location', this.#schemas, '-'];
      const child = execFile(this.#kubeconform, args, { maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
        if (stdout === '') return reject(error ?? new Error(stderr));
        const { resources, summary } = JSON.parse(stdout) as {
          resources?: readonly { kind: string; name: string; msg: string }[];
          summary: { valid: number; invalid: number; errors: number; skipped: number };
        };
        const faults = (resources ?? []).map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
        if (summary.skipped > 0) faults.push(`${summary.skipped} were not looked at`);
        return resolve({ valid: summary.valid, faults });
      });
      child.stdin?.end(yaml);
    });
  }
}
