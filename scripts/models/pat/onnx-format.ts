import protobuf from 'protobufjs/light.js';

/**
 * The messages of ONNX's file format that a graph of ours needs, with the field numbers of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR version 8).
 */
const format = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        producerName: { id: 2, type: 'string' },
        graph: { id: 7, type: 'Graph' },
        opsetImport: { id: 8, type: 'OperatorSet', rule: 'repeated' },
        metadataProps: { id: 14, type: 'Property', rule: 'repeated' },
      },
    },
    OperatorSet: { fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } } },
    Property: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } } },
    Graph: {
      fields: {
        node: { id: 1, type: 'Node', rule: 'repeated' },
        name: { id: 2, type: 'string' },
        initializer: { id: 5, type: 'Tensor', rule: 'repeated' },
        input: { id: 11, type: 'Value', rule: 'repeated' },
        output: { id: 12, type: 'Value', rule: 'repeated' },
      },
    },
    Node: {
      fields: {
        input: { id: 1, type: 'string', rule: 'repeated' },
        output: { id: 2, type: 'string', rule: 'repeated' },
        name: { id: 3, type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, type: 'Attribute', rule: 'repeated' },
      },
    },
    Attribute: {
      fields: {
        name: { id: 1, type: 'string' },
        f: { id: 2, type: 'float' },
        i: { id: 3, type: 'int64' },
        ints: { id: 8, type: 'int64', rule: 'repeated' },
        type: { id: 20, type: 'int32' },
      },
    },
    Tensor: {
      fields: {
        dims: { id: 1, type: 'int64', rule: 'repeated' },
        dataType: { id: 2, type: 'int32' },
        name: { id: 8, type: 'string' },
        rawData: { id: 9, type: 'bytes' },
      },
    },
    Value: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'Type' } } },
    Type: { fields: { tensorType: { id: 1, type: 'TensorType' } } },
    TensorType: { fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'Shape' } } },
    Shape: { fields: { dim: { id: 1, type: 'Dimension', rule: 'repeated' } } },
    Dimension: { fields: { dimValue: { id: 1, type: 'int64' }, dimParam: { id: 2, type: 'string' } } },
  },
});

const float = 1;
const int64 = 7;
const attributeTypes = { f: 1, i: 2, ints: 7 } as const;

export interface Node {
  opType: string;
  input: string[];
  output: string[];
  name: string;
  attribute: object[];
}

export interface Tensor {
  name: string;
  dims: readonly number[];
  dataType: number;
  rawData: Uint8Array;
}

/** Numbers are fixed sizes; names are free ones. */
export interface Value {
  name: string;
  shape: readonly (number | string)[];
}

export type Attributes = Record<string, { f: number } | { i: number } | { ints: number[] }>;

export function attributes(values: Attributes): object[] {
  return Object.entries(values).map(([name, value]) => {
    const [kind] = Object.keys(value) as (keyof typeof attributeTypes)[];
    return { name, ...value, type: attributeTypes[kind!] };
  });
}

export function floatTensor(name: string, dims: readonly number[], values: Float32Array): Tensor {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims, dataType: float, rawData };
}

export function integerTensor(name: string, values: readonly number[]): Tensor {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims: [values.length], dataType: int64, rawData };
}

/** The bytes of an ONNX file with one graph, of operator set 17. */
export function encodeModel(model: {
  name: string;
  properties: Record<string, string>;
  nodes: Node[];
  tensors: Tensor[];
  input: Value;
  output: Value;
}): Uint8Array {
  const type = format.lookupType('Model');
  const message = {
    irVersion: 8,
    producerName: 'clarity-loop convert-pat',
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: Object.entries(model.properties).map(([key, value]) => ({ key, value })),
    graph: {
      name: model.name,
      node: model.nodes,
      initializer: model.tensors,
      input: [valueInfo(model.input)],
      output: [valueInfo(model.output)],
    },
  };
  return type.encode(type.fromObject(message)).finish();
}

function valueInfo({ name, shape }: Value): object {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: float, shape: { dim } } } };
}
