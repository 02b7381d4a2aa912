// A stand-in for hashicorp/google and hashicorp/google-beta that knows their schema and nothing of Google: enough for `validate`, `plan`
// and a pretended `apply`. What a real apply would learn is unknown in a plan and made up afterwards; state is Terraform's own.
import path from 'node:path';
import { problemsOf, type Problem } from './api-rules.ts';
import { serve, type Answers, type Served } from './grpc.ts';
import { decode, encode, Unknown, type Value } from './msgpack.ts';
import type { Attribute, Block, ProviderSchema, ValueType } from './schema.ts';

type Body = { [name: string]: Value };
interface Wire {
  msgpack: Uint8Array;
}

const received = (wire: Wire | null | undefined): Body | null =>
  wire?.msgpack.length ? (decode(wire.msgpack) as Body | null) : null;
const sent = (value: Value): Wire => ({ msgpack: encode(value) });

const projectNumber = '123456789012';

/** What data sources would have read. */
const madeUp: Record<string, Body> = {
  google_project: { number: projectNumber },
  google_storage_project_service_account: {
    member: `serviceAccount:service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
  },
  google_logging_project_settings: {
    kms_service_account_id: `cmek-p${projectNumber}@gcp-sa-logging.iam.gserviceaccount.com`,
  },
};

/** Serves one provider until it is closed. */
export function serveProvider(schema: ProviderSchema): Promise<Served> {
  const { resources, dataSources } = schema;
  const answers: Answers = {
    GetSchema: () => ({
      provider: schemaMessage(schema.provider),
      resource_schemas: mapped(resources, schemaMessage),
      data_source_schemas: mapped(dataSources, schemaMessage),
    }),
    PrepareProviderConfig: ({ config }: { config: Wire }) => ({ prepared_config: config }),
    Configure: () => ({}),
    ValidateResourceTypeConfig: ({ type_name, config }: { type_name: string; config: Wire }) => ({
      diagnostics: problemsOf(type_name, received(config)).map(diagnostic),
    }),
    ValidateDataSourceConfig: () => ({}),
    UpgradeResourceState: (request: { type_name: string; raw_state: { json: Uint8Array } }) => {
      const state = JSON.parse(Buffer.from(request.raw_state.json).toString('utf8')) as Body;
      return { state: sent(complete(resources[request.type_name]!, state)) };
    },
    ReadResource: ({ current_state }: { current_state: Wire }) => ({ state: current_state }),
    PlanResourceChange: (request: { type_name: string; prior_state: Wire; proposed_new_state: Wire }) => {
      const proposed = received(request.proposed_new_state);
      if (!proposed) return { planned_state: sent(null), legacy_type_system: true };
      const isNew = received(request.prior_state) === null;
      const planned = complete(resources[request.type_name]!, proposed, isNew ? new Unknown() : null);
      return {
        planned_state: sent(planned),
        diagnostics: problemsOf(request.type_name, planned).map(diagnostic),
        legacy_type_system: true,
      };
    },
    ApplyResourceChange: ({ type_name, planned_state }: { type_name: string; planned_state: Wire }) => {
      const planned = received(planned_state);
      const made = planned && settled(resources[type_name]!, planned, `made-up-${type_name}`);
      return { new_state: sent(made), legacy_type_system: true };
    },
    ImportResourceState: ({ type_name, id }: { type_name: string; id: string }) => ({
      imported_resources: [{ type_name, state: sent(complete(resources[type_name]!, { id })) }],
    }),
    ReadDataSource: ({ type_name, config }: { type_name: string; config: Wire }) => ({
      state: sent(
        complete(dataSources[type_name]!, { ...received(config), id: 'made-up', ...madeUp[type_name] }),
      ),
    }),
    Stop: () => ({}),
  };
  return serve(path.join(import.meta.dirname, 'plugin.proto'), 'tfplugin5.Provider', answers);
}

const mapped = <From, To>(all: Record<string, From>, change: (one: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));

const nestings = { single: 1, list: 2, set: 3 };

function blockMessage({ attributes, blocks }: Block): object {
  return {
    attributes: Object.entries(attributes).map(([name, [type, flags]]) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      required: flags === 'r',
      optional: flags.includes('o'),
      computed: flags.includes('c'),
    })),
    block_types: Object.entries(blocks).map(([type_name, { nesting, min, max, block }]) => ({
      type_name,
      block: blockMessage(block),
      nesting: nestings[nesting],
      min_items: min,
      max_items: max,
    })),
  };
}

const schemaMessage = (block: Block): object => ({ block: blockMessage(block) });

const diagnostic = ({ summary, detail, argument }: Problem): object => ({
  severity: 1,
  summary,
  detail,
  attribute: { steps: [{ attribute_name: argument }] },
});

type Change = (block: Block, value: Body) => Body;

/** A value with a change made to its nested blocks. */
function withBlocks({ blocks }: Block, value: Body, change: Change): Body {
  return Object.fromEntries(
    Object.entries(blocks).map(([name, { nesting, block }]): [string, Value] => {
      const given = value[name] ?? null;
      if (given instanceof Unknown) return [name, given];
      if (nesting === 'single') return [name, given && change(block, given as Body)];
      return [name, ((given ?? []) as Body[]).map((one) => change(block, one))];
    }),
  );
}

/**
 * A value with every attribute and block of the schema: Terraform insists on that shape.
 *
 * @param computed what stands for an attribute that only the provider can know
 */
function complete(block: Block, value: Body, computed: Value = null): Body {
  const filled = ([, flags]: Attribute): Value => (flags.includes('c') ? computed : null);
  return {
    ...Object.fromEntries(
      Object.entries(block.attributes).map(([name, attribute]) => [name, value[name] ?? filled(attribute)]),
    ),
    ...withBlocks(block, value, (inner, one) => complete(inner, one, computed)),
  };
}

/** A planned value after the apply: everything that was unknown is made up. */
function settled(block: Block, value: Body, text: string): Body {
  return {
    ...Object.fromEntries(
      Object.entries(block.attributes).map(([name, [type]]) => {
        const given = value[name] ?? null;
        return [name, given instanceof Unknown ? anyOf(type, text) : given];
      }),
    ),
    ...withBlocks(block, value, (inner, one) => settled(inner, one, text)),
  };
}

function anyOf(type: ValueType, text: string): Value {
  if (type === 'string') return text;
  if (type === 'number') return 0;
  if (type === 'bool') return false;
  return type[0] === 'map' || type[0] === 'object' ? {} : [];
}
