// Values as Terraform sends them: MessagePack, in which extension 0 is a value that is not known yet, and 12 one of which something is
// known (that it is no null, how it begins).

/** A value that is known only after the apply. It is sent back as it came. */
export class Unknown {
  readonly type: number;
  readonly data: Uint8Array;

  constructor(type = 0, data: Uint8Array = Uint8Array.of(0)) {
    this.type = type;
    this.data = data;
  }
}

/** A number that no double holds exactly, such as 0.05, comes and goes as its text. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value } | Unknown;

/** @throws RangeError for what Terraform does not send, or for bytes that end too early */
export function decode(bytes: Uint8Array): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const skip = (count: number) => (at += count) - count;
  /** An unsigned length of 1, 2 or 4 bytes. */
  const length = (size: number): number =>
    size === 1 ? view.getUint8(skip(1)) : size === 2 ? view.getUint16(skip(2)) : view.getUint32(skip(4));
  const slice = (count: number): Uint8Array => {
    if (at + count > bytes.length) throw new RangeError('The value ends too early');
    return bytes.subarray(at, (at += count));
  };
  const text = (count: number): string => Buffer.from(slice(count)).toString('utf8');
  const list = (count: number): Value[] => Array.from({ length: count }, next);
  const map = (count: number): Value =>
    Object.fromEntries(Array.from({ length: count }, () => [next() as string, next()]));
  const extension = (count: number): Unknown => new Unknown(view.getInt8(skip(1)), slice(count));

  function next(): Value {
    const code = view.getUint8(skip(1));
    if (code <= 0x7f) return code;
    if (code <= 0x8f) return map(code & 0x0f);
    if (code <= 0x9f) return list(code & 0x0f);
    if (code <= 0xbf) return text(code & 0x1f);
    if (code >= 0xe0) return code - 0x100;
    if (code >= 0xd4 && code <= 0xd8) return extension(1 << (code - 0xd4));
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return code === 0xc3;
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return extension(length(1 << (code - 0xc7)));
      case 0xca:
        return view.getFloat32(skip(4));
      case 0xcb:
        return view.getFloat64(skip(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return length(1 << (code - 0xcc));
      case 0xcf:
        return Number(view.getBigUint64(skip(8)));
      case 0xd0:
        return view.getInt8(skip(1));
      case 0xd1:
        return view.getInt16(skip(2));
      case 0xd2:
        return view.getInt32(skip(4));
      case 0xd3:
        return Number(view.getBigInt64(skip(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(length(1 << (code - 0xd9)));
      case 0xdc:
      case 0xdd:
        return list(length(2 << (code - 0xdc)));
      case 0xde:
      case 0xdf:
        return map(length(2 << (code - 0xde)));
      default:
        throw new RangeError(`No value begins with ${code}`);
    }
  }
  return next();
}

/** The long form of each kind: Terraform takes any. */
export function encode(value: Value): Buffer {
  const parts: Buffer[] = [];
  const head = (code: number, count: number) => {
    const bytes = Buffer.alloc(5);
    bytes.writeUInt8(code);
    bytes.writeUInt32BE(count, 1);
    parts.push(bytes);
  };
  const write = (one: Value): void => {
    if (one === null) parts.push(Buffer.of(0xc0));
    else if (typeof one === 'boolean') parts.push(Buffer.of(one ? 0xc3 : 0xc2));
    else if (typeof one === 'number') {
      const bytes = Buffer.alloc(9);
      bytes.writeUInt8(0xcb);
      bytes.writeDoubleBE(one, 1);
      parts.push(bytes);
    } else if (typeof one === 'string') {
      const bytes = Buffer.from(one);
      head(0xdb, bytes.length);
      parts.push(bytes);
    } else if (one instanceof Unknown) {
      head(0xc9, one.data.length);
      parts.push(Buffer.of(one.type), Buffer.from(one.data));
    } else if (Array.isArray(one)) {
      head(0xdd, one.length);
      one.forEach(write);
    } else {
      head(0xdf, Object.keys(one).length);
      for (const [name, inner] of Object.entries(one)) {
        write(name);
        write(inner);
      }
    }
  };
  write(value);
  return Buffer.concat(parts);
}
