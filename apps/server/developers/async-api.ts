// The AsyncAPI document with an example of every message, made from its schema as those of the API are.
import { asyncApi } from "@pigeonhole/protocol/asyncapi";
import { exampleOf, type Schema } from "../openapi/example.ts";

export interface Message {
  readonly summary: string;
  readonly payload: { readonly schema: Schema & { readonly definitions?: Readonly<Record<string, Schema>> } };
  readonly examples?: readonly { readonly payload: unknown }[];
}
export interface AsyncDocument {
  readonly channels: Readonly<Record<string, { readonly address: string; readonly title: string; readonly description: string }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

let made: AsyncDocument | undefined;
export const asyncDocument = (): AsyncDocument => (made ??= make());

function make(): AsyncDocument {
  const plain = asyncApi() as AsyncDocument;
  const messages = Object.entries(plain.components.messages).map(([name, message]) => {
    const { schema } = message.payload;
    return [name, { ...message, examples: [{ payload: exampleOf(schema, schema.definitions ?? {}) }] }] as const;
  });
  return { ...plain, components: { ...plain.components, messages: Object.fromEntries(messages) } };
}
